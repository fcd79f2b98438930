"""Where the noise comes from: a picture down the forward chain."""
