"""How the bundled model is made, stage by stage: ``python -m diffexplain.training --help``.

Every stage writes into a folder (a `Workspace`), tells its progress to a file there, and goes on from where it was after a kill. The
loops themselves are those of `diffexplain.learn`, the pictures those of `diffexplain.scenes`. For people who work on diffexplain, in a
checkout; what it says is in English.
"""
