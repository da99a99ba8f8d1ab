"""The complaints engine.

Read the packages in this order: ``domain`` (rules), ``process`` (diagrams), ``store``
(records), ``services`` (what a person or a job can do), ``cli``.
"""
