"""``/metrics``: what Prometheus reads, for whom monitoring trusts alone."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from khcn.config.monitoring.askers import is_trusted
from khcn.config.monitoring.cached_condition import CONDITION
from khcn.config.monitoring.certificate import public_certificate
from khcn.config.monitoring.condition import AlarmCode
from khcn.config.monitoring.metrics import FOLDER_VARIABLE
from khcn.kernel.ui.view_decorators import open_to_outside_accounts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

    from khcn.config.monitoring.condition import SystemCondition

# A figure of the condition: its name, or its name with one label.
_FIGURE: Final = re.compile(r'(\w+)(?:\{(\w+)="(\w+)"\})?')
_EXPLAINED: Final = {
    "backup_last_good_bytes": "Size of the last good backup.",
    "backup_last_good_timestamp_seconds": "End of the last good backup.",
    "daily_work_late": "Daily work that should have been done and was not.",
    "data_check_timestamp_seconds": "End of the last run of the rules of integrity.",
    "data_rules_broken": "Rules of integrity that the last run found broken.",
    "data_rules_failed": "Rules of integrity that the last run could not ask.",
    "database_probe_seconds": "Time to write a row and read it after the commit.",
    "disk_free_bytes": "Free space of the disk of a folder.",
    "heartbeat_timestamp_seconds": "When background work last showed that it runs.",
    "queue_jobs": "Queued work that waits, is under way, or failed within a day.",
    "queue_oldest_seconds": "Age of the oldest work that waits.",
    "rehearsal_last_good_bytes": "Size of what was last restored without fault.",
    "rehearsal_last_good_timestamp_seconds": "End of the last good rehearsal of a restore.",
    "sessions_open": "Sessions of people that have not ended.",
    "trace_captures_waiting": "Event documents that wait to be stored.",
    "trace_deliveries_waiting": "Deliveries to subscribers that wait.",
    "trace_event_numbers": "How many numbers were given to events: its growth is about the number of events captured.",
    "trace_subscriptions_parked": "Subscriptions to which nothing is sent any more.",
    "work_failing": "Recurring and daily work that failed and has not been done since.",
}


@open_to_outside_accounts
@login_not_required
@transaction.non_atomic_requests
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The counts of all web processes of this server, and the condition as it was looked at some seconds ago."""
    if not is_trusted(request):
        raise Http404
    from prometheus_client import CollectorRegistry, generate_latest, multiprocess  # local: settings first

    registry = CollectorRegistry()
    if FOLDER_VARIABLE in os.environ:
        multiprocess.MultiProcessCollector(registry)
    registry.register(_ConditionCollector(CONDITION.get()))
    answer = HttpResponse(generate_latest(registry), content_type="text/plain; charset=utf-8")
    answer["Cache-Control"] = "no-store"
    return answer


class _ConditionCollector:
    def __init__(self, condition: SystemCondition) -> None:
        self._condition = condition

    def collect(self) -> Iterator[Any]:
        """Called by the library."""
        from prometheus_client.core import GaugeMetricFamily  # local: settings first

        alarms = GaugeMetricFamily("khcn_alarm", "1 while somebody has to do something.", labels=("code",))
        for code in AlarmCode:
            alarms.add_metric([code.value], float(self._condition.has(code)))
        yield alarms
        families: dict[str, Any] = {}
        for figure, value in self._condition.figures.items():
            match = _FIGURE.fullmatch(figure)
            assert match is not None  # noqa: S101 -- of our own names
            name, label, word = match.groups()
            if name not in families:
                labels = (label,) if label else ()
                families[name] = GaugeMetricFamily(f"khcn_{name}", _EXPLAINED[name], labels=labels)
            families[name].add_metric([word] if label else [], value)
        yield from families.values()
        if (certificate := public_certificate()) is not None and certificate.expires is not None:
            yield GaugeMetricFamily(
                "khcn_certificate_expires_timestamp_seconds",
                "End of the certificate of the public address.",
                value=certificate.expires.timestamp(),
            )
