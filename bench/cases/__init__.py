"""What is measured: each case is the product and a peer, round after round."""
