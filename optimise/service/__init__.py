"""How a village is served: a fixed point, a terminal or a stop of a vehicle, by yearly cost."""
