"""Who may ask what of the services about the process; columns as in ``permission_table``.

Read there, with what the letters mean.
"""

TABLE = """
                                         int han inv tea app saf fin man rep dat qua own aud adm sys
    draft_forms.forms_of_process_draft    -  -  -  -  -  -  -  -  -  -  -  h  -  -  h
    draft_history.process_draft_at        -  -  -  -  -  -  -  -  -  -  -  h  -  -  h
    draft_history.process_draft_originals -  -  -  -  -  -  -  -  -  -  -  h  -  -  h
    draft_history.process_draft_saves     -  -  -  -  -  -  -  -  -  -  -  h  -  -  h
    draft_history.return_process_draft    -  -  -  -  -  -  -  -  -  -  -  h  -  -  h
    draft_history.take_back_original      -  -  -  -  -  -  -  -  -  -  -  h  -  -  h
    draft_repairing.confirm_process_repair -  -  -  -  -  -  -  -  -  -  -  h  -  -  h
    draft_repairing.process_draft_outlook -  -  -  -  -  -  -  -  -  -  -  h  -  -  h
    draft_repairing.repair_process_draft  -  -  -  -  -  -  -  -  -  -  -  h  -  -  h
    process_comparison.compare_draft      -  -  -  -  -  -  -  -  -  -  -  h  -  -  h
    process_comparison.compare_versions   h  h  h  h  h  h  -  h  h  -  -  h  h  -  h
    process_drafts.add_process_files      -  -  -  -  -  -  -  -  -  -  -  h  -  -  h
    process_drafts.attend_process_draft   -  -  -  -  -  -  -  -  -  -  -  h  -  -  h
    process_drafts.check_process_draft    -  -  -  -  -  -  -  -  -  -  -  h  -  -  h
    process_drafts.discard_process_draft  -  -  -  -  -  -  -  -  -  -  -  h  -  -  h
    process_drafts.name_main_process      -  -  -  -  -  -  -  -  -  -  -  h  -  -  h
    process_drafts.open_process_draft     -  -  -  -  -  -  -  -  -  -  -  h  -  -  h
    process_drafts.process_draft          -  -  -  -  -  -  -  -  -  -  -  h  -  -  h
    process_drafts.process_drafts         -  -  -  -  -  -  -  -  -  -  -  h  -  -  h
    process_drafts.rename_process_draft   -  -  -  -  -  -  -  -  -  -  -  h  -  -  h
    process_drafts.save_process_draft     -  -  -  -  -  -  -  -  -  -  -  h  -  -  h
    process_versions.process_versions     t  t  t  t  a  a  -  o  e  -  -  c  e  -  -
    process_versions.version_files        h  h  h  h  h  h  -  h  h  -  -  h  h  -  -
    proposals.look_at_proposal            -  -  -  -  -  -  -  h  h  -  -  h  -  -  -
    proposals.undecided_proposals         -  -  -  -  -  -  -  h  h  -  -  h  -  -  -
    publishing.propose_process_draft      -  -  -  -  -  -  -  -  -  -  -  h  -  -  h
    releasing.retire_version              -  -  -  -  -  -  -  h  h  -  -  h  -  -  -
    releasing.roll_back                   -  -  -  -  -  -  -  h  h  -  -  h  -  -  -
    publishing.approve                    -  -  -  -  -  -  -  h  h  -  -  h  -  -  -
    publishing.propose                    -  -  -  -  -  -  -  -  -  -  -  h  -  -  h
    publishing.reject                     -  -  -  -  -  -  -  h  h  -  -  h  -  -  -
    publishing.waiting                    -  -  -  -  -  -  -  h  h  -  -  h  -  -  -
    drawing.pick_lists                    -  -  -  -  -  -  -  -  -  -  -  h  -  -  h
    heat.overview                         t  t  t  t  a  a  -  o  e  -  -  c  e  -  -
    heat.steps_behind                     t  t  t  t  a  a  -  o  e  -  -  -  e  -  -
    heat.versions                         h  h  h  h  h  h  -  h  h  -  -  h  h  -  -
"""
