"""Delivery: claim an effect, ask the gate, do it once, keep the receipt. One lane per outside party."""
