"""The road to diffusion: an autoencoder, a VAE, a GAN and a denoiser learn to make the same things, side by side."""

from diffexplain.explorers.generative.explorer import GenerativeModelsExplorer

__all__ = ["GenerativeModelsExplorer"]
