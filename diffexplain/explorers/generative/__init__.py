"""The road to diffusion: an autoencoder, a VAE, a GAN and a denoiser learn to make the same things, side by side."""
