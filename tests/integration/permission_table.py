"""Who may ask what of which service: written by hand, beside the table of the engine.

One line per service, one column per role; the business unit responder has no column, see below.
What the letters mean:

    -  refused                       h  may, and it is about no complaint that exists
    c  complaints are counted only   s  complaints that were drawn for review
    a  complaints with work for the role or the person, and those of no team
    t  besides, those of the person's teams
    o  every ordinary complaint; restricted ones for those who are named
    e  every complaint

A service without a line here fails a test, and so does a line without a service.
"""

from engine.domain.actor import Role
from tests.integration import (
    conformity_ways,
    daily_ways,
    improvement_ways,
    request_ways,
    review_ways,
    routine_ways,
)
from tests.integration.export_ways import PERMISSIONS as OF_EXPORTS
from tests.integration.figure_permissions import TABLE as OF_FIGURES
from tests.integration.process_permissions import TABLE as OF_THE_PROCESS

_OF_TOP_MANAGEMENT = (
    conformity_ways.OF_TOP_MANAGEMENT
    | improvement_ways.OF_TOP_MANAGEMENT
    | review_ways.OF_TOP_MANAGEMENT
    | {"freezing.frozen_figures"}
)
_COLUMNS = (
    Role.INTAKE,
    Role.HANDLER,
    Role.INVESTIGATOR,
    Role.TEAM_LEADER,
    Role.APPROVER,
    Role.SAFETY_OFFICER,
    Role.FINANCE,
    Role.MANAGER,
    Role.REPRESENTATIVE,
    Role.DATA_PROTECTION,
    Role.QUALITY_REVIEWER,
    Role.PROCESS_OWNER,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
    Role.SYSTEM,
)

_TABLE = """
                                   int han inv tea app saf fin man rep dat qua own aud adm sys
    accounts.add                    -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    accounts.all_accounts           -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    accounts.close                  -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    accounts.colleagues             h   h   h   h   h   h   -   h   h   h   h   -   h   -   h
    accounts.member                 -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    accounts.page                   -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    accounts.person                 -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    accounts.reopen                 -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    approvals.approve               t   t   t   t   a   a   -   o   a   -   -   -   -   -   e
    approvals.drafted               t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    letter_gate.look                t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    letters.missing                 -   t   -   t   -   -   -   o   -   -   -   -   -   -   -
    letters.send                    -   t   -   t   -   -   -   o   -   -   -   -   -   -   -
    letters.suggested               -   t   -   t   -   -   -   o   -   -   -   -   -   -   -
    printing.letter_pdf             t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    printing.deliveries             t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    printing.draft_pages            t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    approvals.return_draft          t   t   t   t   a   a   -   o   a   -   -   -   -   -   e
    approvals.waiting               t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    authorities.of_case             t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    authorities.record_authority    t   t   t   t   -   -   -   o   -   -   -   -   -   -   -
    parties.restate_parties         t   t   t   t   -   -   -   o   -   -   -   -   -   -   -
    authorities.withdraw_authority  t   t   t   t   -   -   -   o   -   -   -   -   -   -   -
    authorities.check_authority     t   t   -   t   -   -   -   o   -   -   -   -   -   -   -
    authorities.refuse_authority    t   t   -   t   -   -   -   o   -   -   -   -   -   -   -
    auditing.verify_journal         -   -   -   -   -   -   -   o   e   -   -   -   e   -   e
    extensions.ask_extension        t   t   t   t   -   -   -   o   -   -   -   -   -   -   -
    extensions.decline_extension    -   -   -   t   -   -   -   o   e   -   -   -   -   -   -
    extensions.grant_extension      -   -   -   t   -   -   -   o   e   -   -   -   -   -   -
    extensions.waiting_extensions   -   -   -   t   -   -   -   o   e   -   -   -   -   -   -
    extensions.withdraw_extension   t   t   t   t   -   -   -   o   -   -   -   -   -   -   -
    backup.make                     -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    backup.restore                  -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    casefile.view                   t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    casework.acknowledge_escalation t   t   t   t   a   a   -   o   a   -   -   -   -   -   e
    casework.add_note               t   t   t   t   a   a   -   o   -   -   -   -   -   -   -
    casework.deliver_answer         t   t   -   t   -   -   -   -   -   -   -   -   -   -   e
    casework.escalate               t   t   t   t   a   a   -   o   -   -   -   -   -   -   e
    casework.withdraw               t   t   -   t   -   -   -   -   -   -   -   -   -   -   e
    checkpoints.accept             -   -   -   -   -   -   -   h   h   -   -   -   h   -   h
    checkpoints.make               -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    checkpoints.renew_key          -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    competences.change              -   -   -   h   -   -   -   h   -   -   -   -   -   h   h
    competences.in_use              h   h   h   h   h   h   -   h   h   h   h   -   h   h   h
    competences.of_everybody        h   h   h   h   h   h   -   h   h   h   h   -   h   h   h
    competences.without_anybody     h   h   h   h   h   h   -   h   h   h   h   -   h   h   h
    document_reading.of_case        t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    document_reading.open_file      t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    document_upkeep.compare         -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    document_upkeep.tidy            -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    absence.hand_on                 -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    climbing.climb                  -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    owing.tell_owing                -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    nightly_backup.back_up          -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    inactivity.call                 -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    documents.add                   t   t   t   t   a   a   -   o   -   -   -   -   -   -   e
    documents.add_redacted          -   t   t   t   a   a   -   o   -   -   -   -   -   -   e
    documents.add_version           t   t   t   t   a   a   -   o   -   -   -   -   -   -   e
    documents.check_room            t   t   t   t   a   a   -   o   -   -   -   -   -   -   e
    documents.describe              t   t   t   t   a   a   -   o   -   -   -   -   -   -   e
    documents.release               -   -   -   t   -   -   -   o   -   -   -   -   -   -   -
    documents.withdraw              -   t   t   t   -   -   -   o   -   -   -   -   -   -   -
    following.hear                  -   -   -   -   -   -   -   -   -   -   -   -   -   -   e
    following.look                  -   -   -   -   -   -   -   -   -   -   -   -   -   -   e
    likeness.like_case              t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    likeness.look_alike             t   t   -   t   -   -   -   -   -   -   -   -   -   -   e
    reception.receive               h   h   -   h   -   -   -   -   -   -   -   -   -   -   h
    survey.figures                  -   -   -   t   -   -   -   o   e   -   -   -   e   -   e
    survey.led_to                   -   -   -   -   -   -   -   -   -   -   -   -   -   -   h
    inviting.invite                 -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    inviting.wish                   t   t   -   t   -   -   -   -   -   -   -   -   -   -   e
    survey.respond                  -   -   -   -   -   -   -   -   -   -   -   -   -   -   e
    entrance.enter                  -   -   -   -   -   -   -   -   -   -   -   -   -   -   h
    tracking.reference_of           -   -   -   -   -   -   -   -   -   -   -   -   -   -   h
    tracking.renew                  t   t   -   t   -   -   -   -   -   -   -   -   -   -   e
    unfinished.fetch                h   h   -   h   -   -   -   -   -   -   -   -   -   -   h
    unfinished.keep                 h   h   -   h   -   -   -   -   -   -   -   -   -   -   h
    unfinished.tidy                 -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    dispatch.send_outbox            -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    held.mails                      -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    held.release                    -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    held.settle                     -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    glass.break_glass               -   -   -   h   -   h   -   h   -   -   -   -   -   h   -
    glass.broken                    -   -   -   -   -   -   -   -   h   h   -   -   h   -   -
    glass.see                       -   -   -   -   -   -   -   -   h   h   -   -   h   -   -
    glass.unseen                    -   -   -   -   -   -   -   -   h   h   -   -   h   -   -
    erasure.confirm                 -   -   -   -   -   -   -   -   e   -   -   -   -   -   -
    erasure.count_due               -   -   -   -   -   -   -   -   e   e   -   -   e   -   e
    erasure.overview                -   -   -   -   -   -   -   -   e   e   -   -   e   -   e
    erasure.propose_due             -   -   -   -   -   -   -   -   -   e   -   -   -   -   -
    erasure.propose_erasure         -   -   -   -   -   -   -   -   -   e   -   -   -   -   -
    erasure.refuse                  -   -   -   -   -   -   -   -   e   -   -   -   -   -   -
    importing.import_file           -   -   -   -   -   -   -   h   -   -   -   -   -   h   h
    inbox.claim                     t   t   t   t   a   a   -   o   a   -   -   -   -   -   e
    inbox.complete_step             t   t   t   t   a   a   -   o   a   -   -   -   -   -   e
    inbox.counts                    t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    inbox.draft                     t   t   t   t   a   a   -   o   a   -   -   -   -   -   e
    inbox.page                      t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    inbox.reassign                  -   -   -   t   -   -   -   o   -   -   -   -   -   -   -
    ownership.give                  -   -   -   t   -   -   -   o   -   -   -   -   -   -   -
    inbox.release                   t   t   t   t   a   a   -   o   a   -   -   -   -   -   e
    inbox.save_draft                t   t   t   t   a   a   -   o   a   -   -   -   -   -   e
    inbox.suspended                 t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    inbox.suspended_count           t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    inbox.waiting_at                t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    incidents.alike                 -   -   -   t   -   -   -   o   e   -   -   -   e   o   e
    incidents.causes                -   -   -   t   -   -   -   o   e   -   -   -   e   o   e
    incidents.counts                -   -   -   t   -   -   -   o   e   -   -   -   e   o   e
    incidents.one                   -   -   -   t   -   -   -   o   e   -   -   -   e   o   e
    incidents.page                  -   -   -   t   -   -   -   o   e   -   -   -   e   o   e
    incidents.resolve               -   -   -   -   -   -   -   o   e   -   -   -   -   o   e
    incidents.retry                 -   -   -   -   -   -   -   o   e   -   -   -   -   o   e
    inquiries.ask                   -   t   t   t   -   -   -   o   -   -   -   -   -   -   -
    inquiries.answer                -   t   t   t   -   -   -   o   -   -   -   -   -   -   -
    inquiries.withdraw              -   t   t   t   -   -   -   o   -   -   -   -   -   -   -
    inquiries.choices               -   h   h   h   -   -   -   h   -   -   -   -   -   -   -
    inquiries.of_case               t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    asked.mine                      h   h   h   h   h   h   h   h   h   h   h   h   h   h   -
    asked.waiting                   h   h   h   h   h   h   h   h   h   h   h   h   h   h   -
    asked.respond                   h   h   h   h   h   h   h   h   h   h   h   h   h   h   -
    asked.open_file                 h   h   h   h   h   h   h   h   h   h   h   h   h   h   -
    asked.check_room                h   h   h   h   h   h   h   h   h   h   h   h   h   h   -
    asked.attach                    h   h   h   h   h   h   h   h   h   h   h   h   h   h   -
    evidence.choose_evidence        -   t   t   t   -   -   -   o   -   -   -   -   -   -   -
    evidence.of_case                t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    interviews.keep                 -   t   t   t   -   -   -   o   -   -   -   -   -   -   -
    interviews.restate              -   t   t   t   -   -   -   o   -   -   -   -   -   -   -
    interviews.of_case              t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    chasing.chase                   -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    issues.add                      t   t   t   t   -   -   -   o   -   -   -   -   -   -   -
    issues.find                     -   t   t   t   -   -   -   o   -   -   -   -   -   -   -
    issues.name_cause               -   t   t   t   -   -   -   o   -   -   -   -   -   -   -
    issues.restate                  t   t   t   t   -   -   -   o   -   -   -   -   -   -   -
    intake.lodge                    h   h   -   h   -   -   -   -   -   -   -   -   -   -   h
    jobs.is_sweep_late              h   h   h   h   h   h   -   h   h   h   h   -   h   h   h
    jobs.last_run                   h   h   h   h   h   h   -   h   h   h   h   -   h   h   h
    jobs.run                        -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    jobs.ask_for                    -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    jobs.run_asked                  -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    job_health.health               -   -   -   -   -   -   -   h   h   -   -   -   h   h   h
    jobs.run_overdue                -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    keys.all_keys                   -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    keys.create                     h   h   h   h   h   h   h   h   h   h   h   h   h   h   -
    keys.mine                       h   h   h   h   h   h   h   h   h   h   h   h   h   h   -
    keys.revoke                     h   h   h   h   h   h   h   h   h   h   h   h   h   h   h
    legal_hold.lift                 -   -   -   -   -   -   -   -   -   e   -   -   -   -   -
    legal_hold.place                -   -   -   -   -   -   -   -   -   e   -   -   -   -   -
    postings.mark_posted            t   t   -   t   -   -   -   o   -   -   -   -   -   -   -
    postings.send_again             t   t   -   t   -   -   -   o   -   -   -   -   -   -   -
    postings.post_instead           t   t   -   t   -   -   -   o   -   -   -   -   -   -   -
    postings.close_letter           t   t   -   t   -   -   -   o   -   -   -   -   -   -   -
    postings.page                   t   t   -   t   -   -   -   o   -   -   -   -   -   -   -
    postings.counts                 t   t   -   t   -   -   -   o   -   -   -   -   -   -   -
    printing.letters_pdf            t   t   -   t   -   -   -   o   -   -   -   -   -   -   -
    post_chasing.chase_letters      -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    linking.link                    t   t   -   t   -   -   -   o   -   -   -   -   -   -   -
    merging.merge                   -   -   -   t   -   -   -   o   -   -   -   -   -   -   -
    merging.of_case                 t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    merging.unmerge                 -   -   -   t   -   -   -   o   -   -   -   -   -   -   -
    referring.case_file             -   t   -   t   -   -   -   o   -   -   -   -   -   -   -
    referring.comply                -   t   -   t   -   -   -   o   -   -   -   -   -   -   -
    referring.keep_decision         -   t   -   t   -   -   -   o   -   -   -   -   -   -   -
    referring.refer                 -   t   -   t   -   -   -   o   -   -   -   -   -   -   -
    referring.send_file             -   t   -   t   -   -   -   o   -   -   -   -   -   -   -
    referring.of_case               t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    referring.usual_body            t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    splitting.split                 -   t   -   t   -   -   -   o   -   -   -   -   -   -   -
    linking.of_case                 t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    linking.unlink                  t   t   -   t   -   -   -   o   -   -   -   -   -   -   -
    links.make                      -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    keeping.bring_back              -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    keeping.keep                    -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    journal_export.of_case          -   -   -   -   -   -   -   o   e   -   -   -   e   -   e
    journal_export.of_period        -   -   -   -   -   -   -   o   e   -   -   -   e   -   e
    master_key.forget               -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    master_key.renew                -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    fetching.fetch                  -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    fetching.forget_discarded       -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    fetching.read_folder            -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    mailbox.attach                  t   -   -   t   -   -   -   o   -   -   -   -   -   -   e
    mailbox.counts                  t   -   -   t   -   -   -   o   -   -   -   -   -   -   e
    mailbox.discard                 t   -   -   t   -   -   -   o   -   -   -   -   -   -   e
    mailbox.file_as_complaint       h   -   -   h   -   -   -   -   -   -   -   -   -   -   h
    mailbox.opened                  t   -   -   t   -   -   -   o   -   -   -   -   -   -   e
    mailbox.page                    t   -   -   t   -   -   -   o   -   -   -   -   -   -   e
    receiving.receive_mail          -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    messages.declare_key            -   -   -   -   -   -   -   o   -   -   -   -   -   -   e
    messages.deliver_message        -   -   -   -   -   -   -   o   -   -   -   -   -   -   e
    messages.keys_of                t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    messages.send_signal            -   -   -   -   -   -   -   o   -   -   -   -   -   -   e
    messages.tend                   -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    migration_plans.all_migrations  -   -   -   -   -   -   -   -   -   -   -   h   -   -   h
    migration_plans.draft_migration -   -   -   -   -   -   -   -   -   -   -   h   -   -   h
    migration_plans.map_migration   -   -   -   -   -   -   -   -   -   -   -   h   -   -   h
    migration_plans.migrated_cases  -   -   -   -   -   -   -   -   -   -   -   h   -   -   h
    migration_plans.migration       -   -   -   -   -   -   -   -   -   -   -   h   -   -   h
    migration_run.carry_out_migration -   -   -   -   -   -   -   -   -   -   -   h   -   -   h
    migration_run.undo_migrated_case -   -   -   -   -   -   -   -   -   -   -   h   -   -   h
    migration_run.undo_migration    -   -   -   -   -   -   -   -   -   -   -   h   -   -   h
    migration_trial.try_migration   -   -   -   -   -   -   -   -   -   -   -   h   -   -   h
    migration_run.go_on_migrating   -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    migration_plans.running_versions -   -   -   -   -   -   -   -   -   -   -   h   -   -   h
    monitoring.incidents            -   -   -   t   -   -   -   o   e   -   -   -   e   -   e
    monitoring.retry                -   -   -   -   -   -   -   -   -   -   -   -   -   o   e
    monitoring.sweep                -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    operations.move_token           -   -   -   -   -   -   -   o   -   -   -   -   -   -   e
    operations.resume               -   -   -   -   -   -   -   o   -   -   -   -   -   -   e
    operations.set_due_date         -   -   -   t   -   -   -   o   -   -   -   -   -   -   e
    operations.set_promise_date     -   -   -   t   -   -   -   o   -   -   -   -   -   -   e
    operations.skip_step            -   -   -   -   -   -   -   o   -   -   -   -   -   -   e
    operations.suspend              -   -   -   -   -   -   -   o   -   -   -   -   -   -   e
    operations.whereabouts          -   -   -   t   -   -   -   o   -   -   -   -   -   -   e
    foresight.preview               -   -   -   t   -   -   -   o   e   -   -   -   e   -   e
    timing.note_occasion            t   t   -   t   -   -   -   o   -   -   -   -   -   -   e
    passwords.change                h   h   h   h   h   h   h   h   h   h   h   h   h   h   -
    publishing.approve              -   -   -   -   -   -   -   h   h   -   -   h   -   -   -
    publishing.propose              -   -   -   -   -   -   -   -   -   -   -   h   -   -   h
    publishing.reject               -   -   -   -   -   -   -   h   h   -   -   h   -   -   -
    playbooks.kept_scenarios        -   -   -   -   -   -   -   -   -   -   -   h   -   -   h
    proposals.readiness             -   -   -   -   -   -   -   -   -   -   -   h   -   -   h
    playbooks.version_scenarios     h   h   h   h   h   h   -   h   h   -   -   h   h   -   -
    trial_running.play_proposal     -   -   -   -   -   -   -   h   h   -   -   h   -   -   -
    trial_running.replay_process_draft -   -   -   -   -   -   -   -   -   -   -   h   -   -   h
    trial_running.replay_proposal   -   -   -   -   -   -   -   h   h   -   -   h   -   -   -
    playbooks.save_scenario         -   -   -   -   -   -   -   -   -   -   -   h   -   -   h
    playbooks.drop_scenario         -   -   -   -   -   -   -   -   -   -   -   h   -   -   h
    clicking.click_through          h   h   h   h   h   h   -   h   h   -   -   h   h   -   -
    playbooks.try_scenarios         -   -   -   -   -   -   -   -   -   -   -   h   -   -   h
    playbooks.try_text              h   h   h   h   h   h   -   h   h   -   -   h   h   -   -
    recording.record_scenario       -   -   -   -   -   -   -   -   -   -   -   -   -   -   e
    replaying.replay_closed         -   -   -   -   -   -   -   o   e   -   -   c   -   -   h
    publishing.waiting              -   -   -   -   -   -   -   h   h   -   -   h   -   -   -
    rebuild.rebuild                 -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    remedies.carry_out              -   t   -   t   -   -   o   o   -   -   -   -   -   -   -
    remedies.drop                   -   t   -   t   -   -   -   o   -   -   -   -   -   -   -
    remedies.page                   t   t   t   t   a   a   o   o   e   -   -   -   e   -   -
    remedies.paid                   t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    remedies.propose                -   t   -   t   -   -   -   o   -   -   -   -   -   -   -
    remedies.restate                -   t   -   t   -   -   -   o   -   -   -   -   -   -   -
    remedies.verify                 -   t   -   t   -   -   o   o   -   -   -   -   -   -   -
    assessing.of_case               t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    assessing.reassess              t   t   t   t   -   -   -   o   -   -   -   -   -   -   -
    assessing.suggest               t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    respondents.name                t   t   t   t   -   -   -   o   -   -   -   -   -   -   -
    respondents.note_silence        -   t   t   t   -   -   -   o   -   -   -   -   -   -   -
    respondents.of_case             t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    respondents.remove              -   -   -   t   -   -   -   o   e   e   -   -   -   -   -
    respondents.take_reply          -   t   t   t   -   -   -   o   -   -   -   -   -   -   -
    respondents.inform              -   t   t   t   -   -   -   o   -   -   -   -   -   -   -
    kept_out.declare_conflict       t   t   t   t   a   a   -   o   -   -   -   -   -   -   -
    kept_out.lift_conflict          -   -   -   t   -   -   -   o   e   e   -   -   -   -   -
    recounting.all_changes          h   h   h   h   h   h   -   h   h   -   -   -   h   h   -
    recounting.apply                -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    recounting.decide               -   -   -   -   -   -   -   h   h   -   -   -   -   -   -
    recounting.propose              -   -   -   -   -   -   -   h   h   -   -   -   -   h   h
    waivers.all_waivers             h   h   h   h   h   h   -   h   h   -   -   -   h   h   -
    waivers.decide                  -   -   -   -   -   -   -   h   h   -   -   -   -   -   -
    waivers.end                     -   -   -   -   -   -   -   h   h   -   -   -   -   h   -
    waivers.propose                 -   -   -   -   -   -   -   h   h   -   -   -   -   h   -
    roles.change                    -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    roles.decide                    -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    roles.waiting                   -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    roster.carry_out                -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    roster.plan                     -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    second_factor.begin             h   h   h   h   h   h   h   h   h   h   h   h   h   h   -
    second_factor.confirm           h   h   h   h   h   h   h   h   h   h   h   h   h   h   -
    second_factor.remove            h   h   h   h   h   h   h   h   h   h   h   h   h   h   -
    second_factor.renew_codes       h   h   h   h   h   h   h   h   h   h   h   h   h   h   -
    second_factor.reset             -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    sessions.end                    h   h   h   h   h   h   h   h   h   h   h   h   h   h   -
    sessions.end_all                h   h   h   h   h   h   h   h   h   h   h   h   h   h   -
    sessions.of_person              h   h   h   h   h   h   h   h   h   h   h   h   h   h   -
    ties.begin_own                  h   h   h   h   h   h   h   h   h   h   h   h   h   h   -
    ties.begun                      h   h   h   h   h   h   h   h   h   h   h   h   h   h   -
    ties.of_person                  h   h   h   h   h   h   h   h   h   h   h   h   h   h   -
    ties.tie                        -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    ties.untie                      -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    ties.untie_own                  h   h   h   h   h   h   h   h   h   h   h   h   h   h   -
    verifying.run                  -   -   -   -   -   -   -   h   h   -   -   -   h   -   h
    verifying.state                -   -   -   -   -   -   -   h   h   -   -   -   h   -   h
    restriction.lift                -   -   -   t   -   -   -   o   e   e   -   -   -   -   -
    restriction.named               t   t   t   t   a   a   -   o   e   e   s   -   e   -   e
    restriction.restrict            -   -   -   t   -   -   -   o   e   e   -   -   -   -   -
    teams.all_teams                 h   h   h   h   h   h   -   h   h   h   h   -   h   h   h
    teams.keep                      -   -   -   -   -   -   -   h   -   -   -   -   -   h   h
    teams.move                      -   -   -   t   -   -   -   o   -   -   -   -   -   -   -
    delegation.current              h   h   h   h   h   h   -   h   -   -   -   -   -   h   -
    delegation.delegate             -   -   -   h   -   -   -   h   -   -   -   -   -   h   -
    delegation.end                  h   h   h   h   h   h   -   h   -   -   -   -   -   h   -
    limits.all_limits               h   h   h   h   h   h   -   h   h   -   -   -   h   h   -
    limits.decide                   -   -   -   -   -   -   -   h   h   -   -   -   -   -   -
    limits.in_force                 h   h   h   h   h   h   -   h   h   -   -   -   h   h   -
    limits.propose                  -   -   -   -   -   -   -   h   h   -   -   -   -   h   -
    subject_access.export           -   -   -   -   -   -   -   -   -   e   -   -   -   -   -
    subject_access.find             -   -   -   -   -   -   -   -   -   e   -   -   -   -   -
"""


def _read(table: str) -> dict[str, dict[Role, str]]:
    """Return what a role may ask of a service, by service."""
    _head, *lines = (line.split() for line in table.strip().splitlines())
    return {name: dict(zip(_COLUMNS, letters, strict=True)) for name, *letters in lines}


def _with_responder(table: dict[str, dict[Role, str]]) -> dict[str, dict[Role, str]]:
    """Add whoever only answers what they are asked: they may what everybody with an account may."""
    for line in table.values():
        people = {letter for role, letter in line.items() if role is not Role.SYSTEM}
        line[Role.RESPONDER] = "h" if people == {"h"} else "-"
    return table


def _with_top_management(table: dict[str, dict[Role, str]]) -> dict[str, dict[Role, str]]:
    """Add those to whom only calls upwards come: they may ask what approvers may, and govern."""
    for name, line in table.items():
        line[Role.TOP_MANAGEMENT] = "h" if name in _OF_TOP_MANAGEMENT else line[Role.APPROVER]
    return table


COLUMNS = (*_COLUMNS, Role.RESPONDER, Role.TOP_MANAGEMENT)
EXPECTED = _with_top_management(
    _with_responder(
        _read(_TABLE)
        | _read(OF_THE_PROCESS)
        | _read(OF_FIGURES)
        | _read(OF_EXPORTS)
        | _read(conformity_ways.PERMISSIONS)
        | _read(daily_ways.PERMISSIONS)
        | _read(routine_ways.PERMISSIONS)
        | _read(improvement_ways.PERMISSIONS)
        | _read(request_ways.PERMISSIONS)
        | _read(review_ways.PERMISSIONS)
    )
)
