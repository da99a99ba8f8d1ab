"""The jobs that run by themselves, and when each is due unless an organisation says otherwise.

Source: ISO 10002:2018, 8.2 and 8.4.
"""

from collections.abc import Mapping
from types import MappingProxyType

from engine.domain.job_kind import NOTHING, Job

__all__ = ["JOBS", "NOTHING", "Job"]

_FAILED = {"failed": ("complaint failed", "complaints failed")}
_KEPT = {"kept": ("snapshot kept", "snapshots kept")}
_DRAWN = {
    "drawn": ("complaint drawn", "complaints drawn"),
    "among": ("closed complaint to draw from", "closed complaints to draw from"),
    "samples": ("sample made", "samples made"),
}
_MADE = {"made": ("review pack made", "review packs made")}

JOBS: Mapping[str, Job] = MappingProxyType(
    {
        job.name: job
        for job in (
            Job(
                "sla_sweep",
                "Sweep the deadlines",
                "every minute",
                "Warns before time limits and tells when they are missed, calls whoever is next, "
                "lets waiting times end, and reminds those who were asked.",
                _FAILED
                | {
                    "cases": ("complaint looked at", "complaints looked at"),
                    "sent": ("event raised", "events raised"),
                    "climbed": ("escalation passed upwards", "escalations passed upwards"),
                    "delivered": ("message delivered", "messages delivered"),
                    "given_up": ("message nobody awaits", "messages nobody awaits"),
                    "recounted": ("complaint counted anew", "complaints counted anew"),
                    "migrated": ("complaint moved to a version", "complaints moved to a version"),
                    "facts": ("complaint measured", "complaints measured"),
                    "counted": ("complaint counted", "complaints counted"),
                    "reminded": ("reminder sent", "reminders sent"),
                    "letters": ("letter on paper chased", "letters on paper chased"),
                },
            ),
            Job(
                "outbox_send",
                "Send the outbox",
                "every minute",
                "Sends the mails that wait to leave, and tries again those that no server took.",
                {
                    "sent": ("mail sent", "mails sent"),
                    "failed": ("mail not taken yet", "mails not taken yet"),
                    "held": ("mail kept back", "mails kept back"),
                    "given_up": ("mail given up", "mails given up"),
                },
            ),
            Job(
                "mail_in",
                "Fetch the mails",
                "every minute",
                "Takes in the mails that came, and files them to their complaints.",
                {
                    "filed": ("mail filed", "mails filed"),
                    "waiting": ("mail to look at", "mails to look at"),
                    "known": ("mail that came before", "mails that came before"),
                    "failed": ("mail not kept yet", "mails not kept yet"),
                },
            ),
            Job(
                "absence",
                "Hand on what the absent have",
                "every 10 minutes",
                "Gives steps and complaints of those who are away or have left to others.",
                _FAILED | {"handed_on": ("thing handed on", "things handed on")},
            ),
            Job(
                "journal_checkpoint",
                "Sign where the journal stands",
                "every 10 minutes",
                "Signs the end of the journal, so that a later change can be proved.",
                {"signed": ("checkpoint signed", "checkpoints signed")},
            ),
            Job(
                "daily_snapshot",
                "Freeze the day's figures",
                "daily at 01:30",
                "Keeps the figures of the day that ended, as they were.",
                _KEPT,
            ),
            Job(
                "signals",
                "Look for what is more than chance",
                "daily at 02:15",
                "Reads the control charts anew, keeps a signal of what is more than chance, and "
                "shows higher up what nobody answered.",
                {
                    "charts": ("chart read", "charts read"),
                    "found": ("new signal", "new signals"),
                    "climbed": ("signal passed upwards", "signals passed upwards"),
                },
            ),
            Job(
                "journal_verification",
                "Verify the journal",
                "daily at 02:30",
                "Reads the whole journal and finds what was altered.",
                {
                    "cases": ("complaint", "complaints"),
                    "events": ("event checked", "events checked"),
                    "broken": ("finding", "findings"),
                },
            ),
            Job(
                "dsar_clock",
                "Watch the requests about personal data",
                "daily at 02:45",
                "Counts the requests of people about their own data, warns whoever answers for "
                "one ten and three days before its last day, and tells those above what is "
                "overdue.",
                {
                    "open": ("request to answer", "requests to answer"),
                    "overdue": ("request overdue", "requests overdue"),
                    "warned": ("warning given", "warnings given"),
                    "climbed": ("request passed upwards", "requests passed upwards"),
                    "forgotten": ("name forgotten", "names forgotten"),
                },
            ),
            Job(
                "retention",
                "See what is kept too long",
                "daily at 03:00",
                "Counts complaints past their time to keep, and forgets discarded mails and old "
                "records of jobs.",
                {
                    "due": ("complaint past its time", "complaints past their time"),
                    "mails": ("mail forgotten", "mails forgotten"),
                    "runs": ("record of a job forgotten", "records of jobs forgotten"),
                },
            ),
            Job(
                "document_files",
                "Look after stored files",
                "daily at 03:30",
                "Compares stored files with what is known of them, and removes what nobody needs.",
                {
                    "removed": ("file removed", "files removed"),
                    "seen": ("file seen", "files seen"),
                    "lost": ("file lost", "files lost"),
                    "damaged": ("file damaged", "files damaged"),
                },
            ),
            Job(
                "unfinished_forms",
                "Forget unfinished forms",
                "daily at 03:45",
                "Forgets what people typed and never sent.",
                {"forgotten": ("form forgotten", "forms forgotten")},
            ),
            Job(
                "effectiveness_check",
                "See whether actions were done and judged",
                "daily at 03:50",
                "Counts the actions whose effect is to be judged, and shows higher up what is "
                "overdue.",
                {
                    "to_judge": ("effect to be judged", "effects to be judged"),
                    "records": ("overdue record passed upwards", "overdue records passed upwards"),
                    "checks": ("judgement passed upwards", "judgements passed upwards"),
                },
            ),
            Job(
                "evidence_run",
                "See whether the standard is kept",
                "daily at 04:00",
                "Checks every clause of ISO 10002 on the records, and keeps what was found.",
                {
                    "pass": ("clause kept", "clauses kept"),
                    "warn": ("clause to watch", "clauses to watch"),
                    "fail": ("clause not kept", "clauses not kept"),
                    "not_applicable": ("clause without records", "clauses without records"),
                },
            ),
            Job(
                "forecast",
                "Measure how long the rest takes",
                "daily at 04:15",
                "Measures from past complaints how long the rest takes from each step, and tells "
                "by when a step is to be begun.",
                {
                    "paths": ("element measured", "elements measured"),
                    "steps": ("step looked at", "steps looked at"),
                    "moved": ("step to be begun at another time", "steps to be begun otherwise"),
                },
            ),
            Job(
                "inactivity",
                "See what stands still",
                "working days at 07:00",
                "Calls the owner, then the leader, of complaints on which nobody acts.",
                _FAILED | {"called": ("owner or leader called", "owners or leaders called")},
            ),
            Job(
                "survey",
                "Ask how it was handled",
                "daily at 10:00",
                "Asks complainants how their complaint was handled, and reminds them once.",
                _FAILED
                | {
                    "invited": ("invitation sent", "invitations sent"),
                    "left_out": ("complaint left out", "complaints left out"),
                    "reminded": ("reminder sent", "reminders sent"),
                    "forgotten": ("address forgotten", "addresses forgotten"),
                },
            ),
            Job(
                "weekly_review",
                "Freeze the week's figures",
                "mondays at 06:00",
                "Keeps the figures of the week that ended, as they were.",
                _KEPT,
            ),
            Job(
                "month_close",
                "Freeze the month's figures",
                "day 1 of the month at 03:15",
                "Keeps the figures of the month that ended, as they were.",
                _KEPT,
            ),
            Job(
                "monthly_pack",
                "Make the month's review pack",
                "working day 3 of the month at 06:30",
                "Makes the pack for the management review of the month that ended, keeps it as it "
                "is, and sends it to those named in the policy.",
                _MADE,
            ),
            Job(
                "quarterly_pack",
                "Make the quarter's review pack",
                "working day 10 of the quarter at 06:30",
                "Makes the same of the quarter that ended.",
                _MADE,
            ),
            Job(
                "remedy_due",
                "See what is still owed",
                "working days at 08:30",
                "Tells whoever sees to a remedy, and whoever is above, that its date is over.",
                _FAILED | {"overdue": ("remedy overdue", "remedies overdue")},
            ),
            Job(
                "qa_sample",
                "Draw complaints for review",
                "working day 1 of the month at 06:00",
                "Draws by chance some of the complaints that were closed in the month that ended, "
                "from every category and outcome, for quality reviewers who took no part in them.",
                _DRAWN,
            ),
            Job(
                "objectivity_sample",
                "Draw complaints for a look at objectivity",
                "working day 2 of the month at 06:00",
                "Draws by chance some of the complaints that were closed in the month that ended, "
                "so that somebody who took no part in them looks whether both sides were treated "
                "alike.",
                _DRAWN,
            ),
            Job(
                "unlogged_sample",
                "Draw discarded mails",
                "mondays at 06:10",
                "Draws by chance some of the mails that were discarded in the week that ended, so "
                "that somebody else judges whether one of them was a complaint.",
                {
                    "drawn": ("mail drawn", "mails drawn"),
                    "among": ("discarded mail to draw from", "discarded mails to draw from"),
                },
            ),
            Job(
                "regulator_return_prep",
                "Prepare the returns to regulators",
                "working days at 06:45",
                "Prepares each return whose period is over, looks every day whether anything is "
                "wrong with it until it is sent, and reminds those who send it.",
                {
                    "prepared": ("return prepared", "returns prepared"),
                    "waiting": ("return to be sent", "returns to be sent"),
                    "wrong": ("thing wrong with them", "things wrong with them"),
                    "reminded": ("reminder sent", "reminders sent"),
                    "climbed": ("return passed upwards", "returns passed upwards"),
                    "failed": ("return not looked at", "returns not looked at"),
                },
            ),
            Job(
                "process_health",
                "Look at how the process runs",
                "mondays at 06:20",
                "Compares the week that ended with the twelve before it, step by step, and with "
                "the diagram, and tells the process owner what changed.",
                {
                    "weeks": ("week looked at", "weeks looked at"),
                    "found": ("change found", "changes found"),
                },
            ),
            Job(
                "daily_digest",
                "Tell everybody what waits",
                "working days at 07:30",
                "Writes a mail to everybody who asked for it, with what waits for them and what "
                "of theirs comes to its end.",
                {
                    "sent": ("mail written", "mails written"),
                    "quiet": ("person with nothing to do", "people with nothing to do"),
                    "failed": ("person not told", "people not told"),
                },
            ),
            Job(
                "backup",
                "Back up",
                "daily at 04:45",
                "Writes everything that is stored into the folder for backups, where the policy "
                "names one, reads it again, and removes backups that are too old.",
                {
                    "made": ("backup made", "backups made"),
                    "rows": ("row checked", "rows checked"),
                    "removed": ("old backup removed", "old backups removed"),
                },
            ),
            Job(
                "restore_test",
                "Try a restore",
                "day 2 of the quarter at 05:15",
                "Restores the latest backup into a database of its own, verifies its journal, "
                "tells how old it was and how long that took, and removes it again.",
                {
                    "restored": ("backup restored", "backups restored"),
                    "rows": ("row restored", "rows restored"),
                    "events": ("event verified", "events verified"),
                    "hours": ("hour old", "hours old"),
                    "seconds": ("second to be back", "seconds to be back"),
                },
            ),
            Job(
                "holiday_refresh",
                "Look at next year's holidays",
                "day 15 of november at 06:40",
                "Looks at the public holidays of the coming year, and proposes to count running "
                "complaints anew where days have changed; two people decide on that.",
                {
                    "days": ("holiday on a working day", "holidays on working days"),
                    "changed": ("day changed", "days changed"),
                    "proposed": ("change proposed", "changes proposed"),
                },
            ),
            Job(
                "annual_self_assessment",
                "Plan the self-assessment",
                "working day 5 of january at 06:20",
                "Puts the self-assessment of the year on record, with the clauses to look at "
                "first and the records to be looked at again.",
                {
                    "planned": ("self-assessment planned", "self-assessments planned"),
                    "to_mend": ("clause to look at first", "clauses to look at first"),
                    "to_review": ("record to look at again", "records to look at again"),
                },
            ),
            Job(
                "audit_programme",
                "Keep the audit programme",
                "mondays at 06:30",
                "Sees that an audit is always planned, and counts audits and findings that are "
                "due or late.",
                {
                    "planned": ("audit planned", "audits planned"),
                    "soon": ("audit due within four weeks", "audits due within four weeks"),
                    "overdue": ("overdue audit", "overdue audits"),
                    "findings": ("overdue finding", "overdue findings"),
                },
            ),
        )
    }
)
"""By their names."""
