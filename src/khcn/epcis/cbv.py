"""The words of the Core Business Vocabulary 2.0, and the ways to write each.

A standard word has a bare form (``receiving``: what EPCIS 2.0 JSON wants and what the model holds), a web URI
(``https://ref.gs1.org/cbv/BizStep-receiving``), its CURIE (``cbv:BizStep-receiving``) and, for the older ones, a
URN (``urn:epcglobal:cbv:bizstep:receiving``: what EPCIS 1.x wants).
"""

from dataclasses import dataclass
from typing import Final

CBV: Final = "https://ref.gs1.org/cbv/"
VOC: Final = "https://gs1.org/voc/"
URN: Final = "urn:epcglobal:cbv:"
_CBV_SPELLINGS: Final = (
    CBV,
    "http://ref.gs1.org/cbv/",
    "https://ns.gs1.org/cbv/",
    "http://ns.gs1.org/cbv/",
    "cbv:",
)
_VOC_SPELLINGS: Final = (
    VOC,
    "http://gs1.org/voc/",
    "https://www.gs1.org/voc/",
    "http://www.gs1.org/voc/",
    "https://ref.gs1.org/voc/",
    "gs1:",
)


def _usual_case(text: str) -> str:
    """A URI with its scheme and host, or the name after ``urn:``, in small letters (RFC 3986, 6.2.2.1; RFC 8141, 3.1)."""
    scheme, colon, rest = text.partition(":")
    slashes = "//" if rest.startswith("//") else ""
    if scheme.lower() != "urn" and not slashes:
        return text
    name, mark, tail = rest[len(slashes) :].partition("/" if slashes else ":")
    return f"{scheme.lower()}{colon}{slashes}{name.lower()}{mark}{tail}"


@dataclass(frozen=True)
class CbvVocabulary:
    """One closed list of standard words.

    `web` is the start of the words' URIs, `urn` that of their URNs (empty where there are none).
    """

    name: str
    words: frozenset[str]
    web: str
    urn: str
    spellings: tuple[str, ...]

    def bare(self, text: str) -> str:
        """The bare form of a standard word in any spelling; any other text stays as it is."""
        if text in self.words or ":" not in text:
            return text
        for start in self.spellings:
            if text.startswith(start) and text[len(start) :] in self.words:
                return text[len(start) :]
        usual = _usual_case(text)
        return text if usual == text or (word := self.bare(usual)) == usual else word

    def uri(self, text: str) -> str:
        """The web URI of a standard word; any other text stays as it is."""
        return self.web + text if text in self.words else text

    def legacy(self, text: str) -> str:
        """The URN of a standard word, or its web URI where there is no URN; any other text stays as it is."""
        return (self.urn or self.web) + text if text in self.words else text


def _vocabulary(name: str, words: str, web: str, urn: str = "") -> CbvVocabulary:
    if web.startswith(CBV):
        tail = web.removeprefix(CBV)
        spellings = tuple(start + tail for start in _CBV_SPELLINGS)
    else:
        spellings = _VOC_SPELLINGS
    return CbvVocabulary(name, frozenset(words.split()), web, urn, (*spellings, *((urn,) if urn else ())))


BIZ_STEP: Final = _vocabulary(
    "bizStep",
    "accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting "
    "decommissioning departing destroying disassembling dispensing encoding entering_exiting holding inspecting "
    "installing killing loading other packing picking receiving removing repackaging repairing replacing reserving "
    "retail_selling sampling sensor_reporting shipping staging_outbound stock_taking stocking storing transporting "
    "unloading unpacking void_shipping",
    CBV + "BizStep-",
    URN + "bizstep:",
)
DISPOSITION: Final = _vocabulary(
    "disposition",
    "active available completeness_inferred completeness_verified conformant container_closed container_open damaged "
    "destroyed dispensed disposed encoded expired in_progress in_transit inactive mismatch_class mismatch_instance "
    "mismatch_quantity needs_replacement no_pedigree_match non_conformant non_sellable_other partially_dispensed "
    "recalled reserved retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable unknown",
    CBV + "Disp-",
    URN + "disp:",
)
BIZ_TRANSACTION_TYPE: Final = _vocabulary(
    "bizTransactionType",
    "bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt",
    CBV + "BTT-",
    URN + "btt:",
)
SOURCE_DESTINATION_TYPE: Final = _vocabulary(
    "sourceDestinationType", "owning_party possessing_party location", CBV + "SDT-", URN + "sdt:"
)
ERROR_REASON: Final = _vocabulary("errorReason", "did_not_occur incorrect_data", CBV + "ER-", URN + "er:")
COMPONENT: Final = _vocabulary(
    "component",
    "x y z axial_distance azimuth height spherical_radius polar_angle elevation_angle easting northing latitude "
    "longitude altitude",
    CBV + "Comp-",
    URN + "comp:",
)
MEASUREMENT_TYPE: Final = _vocabulary(
    "measurementType",
    "AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude AmountOfSubstance "
    "AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity Area Capacitance "
    "Conductance Conductivity Count Density Dimensionless DoseEquivalent DoseEquivalentRate DynamicViscosity "
    "ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy Exposure Force Frequency "
    "Illuminance Inductance Irradiance KinematicViscosity Length LinearMomentum Luminance LuminousFlux "
    "LuminousIntensity MagneticFlux MagneticFluxDensity MagneticVectorPotential Mass MassConcentration MassFlowRate "
    "MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy MolarMass MolarVolume Power Pressure RadiantFlux "
    "RadiantIntensity Radioactivity RelativeHumidity Resistance Resistivity SolidAngle SpecificVolume Speed "
    "SurfaceDensity SurfaceTension Temperature Time Torque Voltage Volume VolumeFlowRate VolumeFraction "
    "VolumetricFlux Wavenumber",
    VOC,
)
SENSOR_ALERT: Final = _vocabulary("sensorAlertType", "ALARM_CONDITION ERROR_CONDITION", VOC)

ACTIONS: Final = frozenset({"ADD", "OBSERVE", "DELETE"})
EVENT_TYPES: Final = (
    "ObjectEvent",
    "AggregationEvent",
    "TransactionEvent",
    "TransformationEvent",
    "AssociationEvent",
)
MASTER_DATA: Final = "urn:epcglobal:cbv:mda"
"""Namespace of CBV master data attributes in XML; the JSON-LD context writes it with a colon at the end."""

PREFIXES: Final[dict[str, str]] = {
    "epcis": "https://ref.gs1.org/epcis/",
    "cbv": CBV,
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "gs1": VOC,
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
}
"""Prefixes that the EPCIS JSON-LD context declares for every document."""
