"""How Prefect runs here: on this machine only, silent to the outside, and small.

Prefect reads its settings while it is imported, so they are put into the environment before that.
"""

from collections.abc import Mapping
from pathlib import Path

HOST = "127.0.0.1"

_SETTINGS = {
    # Nothing leaves the machine.
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    # Its database keeps a week of runs and a day of events.
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": "604800",
    "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "P1D",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    # We use neither its automations, workers, tasks, pauses, cancellations nor leases, and nobody
    # follows its events live; their loops would only cost time.
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_FOREMAN_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_CLEANUP_RECONCILER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_REPOSSESSOR_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_ENABLED": "false",
    "PREFECT_SERVER_EVENTS_STREAM_OUT_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_LOOP_SECONDS": "60",
    # It plans an hour ahead: looking every five minutes is enough. New jobs are seen in seconds.
    "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "300",
    "PREFECT_LOGGING_COLORS": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
}


def environment(inherited: Mapping[str, str], *, home: Path, port: int) -> dict[str, str]:
    """Return the environment for a process that runs or asks Prefect's server.

    Args:
        inherited: The environment of this process; its settings of Prefect are dropped, because a
            person's own profile may name a server in the cloud.
        home: Folder of this installation; Prefect's files go below it.
        port: Where the server listens on this machine.
    """
    others = {name: value for name, value in inherited.items() if not name.startswith("PREFECT_")}
    return {
        **others,
        **_SETTINGS,
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_API_URL": f"http://{HOST}:{port}/api",
        "PREFECT_SERVER_API_HOST": HOST,
        "PREFECT_SERVER_API_PORT": str(port),
    }
