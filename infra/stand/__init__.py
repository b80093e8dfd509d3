"""The stand: the whole product on one machine, with a clock that can be moved and a box that shows what was sent."""
