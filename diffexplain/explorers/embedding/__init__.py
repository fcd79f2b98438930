"""The space that texts and pictures share, as a map: two thousand pictures and their captions, your own, and denoising runs."""
