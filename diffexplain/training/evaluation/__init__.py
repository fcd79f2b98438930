"""What a model can do, in figures: questions, pictures that answer them, marks, intervals, the model card and the contact sheet."""
