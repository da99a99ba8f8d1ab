"""Who may ask what of the services about figures; columns as in ``permission_table``.

Read there, with what the letters mean.
"""

TABLE = """
                                   int han inv tea app saf fin man rep dat qua own aud adm sys
    answering.answer_signal         -   -   -   -   -   -   -   h   -   -   -   -   -   -   -
    answering.set_baseline          -   -   -   -   -   -   -   h   -   -   -   -   -   -   -
    answering.take_signal           -   -   -   -   -   -   -   h   -   -   -   -   -   -   -
    breakdown.by_trait              -   -   -   t   -   -   -   o   e   -   -   -   e   -   e
    breakdown.traited               -   -   -   t   -   -   -   o   e   -   -   -   e   -   e
    case_export.as_csv              -   -   -   t   -   -   -   o   e   -   -   -   e   -   e
    charts.chart_csv                -   -   -   -   -   -   -   h   h   -   -   -   h   -   h
    charts.signals_view             -   -   -   -   -   -   -   h   h   -   -   -   h   -   h
    charts.waiting_signals          -   -   -   -   -   -   -   h   h   -   -   -   h   -   h
    facts.remake                    -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    figure_export.figures_as_csv    -   -   -   t   -   -   -   o   e   -   -   -   e   -   e
    figure_export.figures_as_excel  -   -   -   t   -   -   -   o   e   -   -   -   e   -   e
    figure_print.figures_as_pdf     -   -   -   t   -   -   -   o   e   -   -   -   e   -   e
    freezing.freeze_figures         -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    freezing.frozen_figures         -   -   -   -   -   -   -   h   h   -   -   -   h   -   h
    heat.overview                   t   t   t   t   a   a   -   o   e   -   -   c   e   -   -
    heat.time_of_steps              -   -   -   t   -   -   -   o   e   -   -   -   e   -   e
    looking_ahead.look_ahead        -   -   -   t   -   -   -   o   e   -   -   -   e   -   e
    monthly_sample.draw_month       -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    noticing.notice_signals         -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    own_figures.own_figures         h   h   h   h   h   h   -   h   h   -   -   -   -   -   h
    process_health.look_for_changes -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    process_health.note_changes     -   -   -   -   -   -   -   -   -   -   -   h   -   -   -
    process_health.process_health   -   -   -   -   -   -   -   h   h   -   -   h   h   -   -
    process_health.unseen_changes   -   -   -   -   -   -   -   -   -   -   -   h   -   -   -
    reporting.cases_behind          -   -   -   t   -   -   -   o   e   -   -   -   e   -   e
    reporting.definitions           -   -   -   h   -   -   -   h   h   -   -   -   h   -   h
    reporting.report                -   -   -   t   -   -   -   o   e   -   -   -   e   -   e
    sampling.draw                   -   -   -   -   -   -   -   h   h   -   -   -   -   -   -
    sampling.drawn                  -   -   -   -   -   -   -   h   h   -   h   -   h   -   -
    sampling.end                    -   -   -   -   -   -   -   h   h   -   -   -   -   -   -
    sampling.names                  -   -   -   -   -   -   -   h   h   -   h   -   h   -   -
    sampling.review                 -   -   -   -   -   -   -   -   -   -   s   -   -   -   -
    sampling.reviewers              -   -   -   -   -   -   -   h   h   -   -   -   -   -   -
    sampling.samples                -   -   -   -   -   -   -   h   h   -   h   -   h   -   -
    sampling.to_review              -   -   -   -   -   -   -   -   -   -   h   -   -   -   -
    stating.state_number            -   -   -   -   -   -   -   h   h   -   -   -   -   h   h
    stating.stated_numbers          -   -   -   -   -   -   -   h   h   -   -   -   -   h   h
    sampling.waiting                -   -   -   -   -   -   -   h   h   -   h   -   h   -   -
"""
