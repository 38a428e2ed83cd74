"""The base emulator, MiniStack, behind one adapter: every private table and hook of it that we use is used here."""
