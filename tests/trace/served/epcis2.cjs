// The real client `epcis2.js` (Apache-2.0): makes a document, captures it and polls its job.
// Usage: node epcis2.cjs < {"apiUrl": …, "key": …, "epcs": […]}; prints what the client learned, as JSON.
const epcis = require('epcis2.js');

const given = JSON.parse(require('fs').readFileSync(0, 'utf8'));

epcis.setup({
  apiUrl: given.apiUrl,
  headers: {
    'content-type': 'application/json',
    Authorization: `Bearer ${given.key}`,
    'GS1-EPCIS-Version': '2.0.0',
  },
  eventTimeZoneOffset: '+07:00',
});

async function main() {
  const event = new epcis.ObjectEvent()
    .setEventTime('2026-03-02T08:00:00.000+07:00')
    .setEventID('urn:uuid:7a2f3c0e-51d6-4c7f-9d4b-2f6f0c6f1e01')
    .setAction(epcis.cbv.actionTypes ? epcis.cbv.actionTypes.observe : 'OBSERVE')
    .setBizStep('shipping')
    .setDisposition('in_transit')
    .setReadPoint(new epcis.ReadPoint({ id: 'https://id.gs1.org/414/9521234022039' }));
  given.epcs.forEach((epc) => event.addEPC(epc));
  const document = new epcis.EPCISDocument().setCreationDate('2026-03-02T08:00:01.000+07:00').addEvent(event);
  const answer = await epcis.capture(document);
  const job = new epcis.CaptureResponse(answer);
  await job.pollForTheCaptureToFinish(20, 200);
  console.log(
    JSON.stringify({
      status: answer.status,
      location: job.getLocation(),
      running: job.getRunningStatus(),
      success: job.getSuccessStatus(),
      errors: job.getErrors(),
    }),
  );
}

main().catch((fault) => {
  console.error(fault);
  process.exit(1);
});
