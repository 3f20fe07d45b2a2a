"""How each file in weights/ was made: one module a network, and the data and losses they share."""
