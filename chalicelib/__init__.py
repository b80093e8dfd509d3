"""Huiyin: a county letterbox whose every time limit is watched and every step recorded."""
