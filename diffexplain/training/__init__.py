"""How the bundled model is made, stage by stage: ``python -m diffexplain.training --help``.

Every stage writes into a folder (a `Workspace`), reports its progress to a file there, and goes on from where it was after a kill. The
loops themselves are those of `diffexplain.learn`, the pictures those of `diffexplain.scenes`. For people who work on diffexplain, in a
checkout; what it says is in English.

::

    project      a workspace, settings and a device, and every step: what the command line and a notebook call
    settings     how much of everything
    workspace    where everything lies
    data/        what networks are trained on: drawings, scenes, captions, the tokenizer
    networks/    each network and how it is called, and the pipeline that they make
    stages/      what is particular to the training of each network
    course/      training up to a budget: log, checkpoints; training on, and trials
    evaluation/  figures, the model card, the contact sheet
    release/     what ships, packed or laid out as a workspace
"""
