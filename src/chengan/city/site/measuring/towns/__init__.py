"""Made-up water towns with known attacks: simulation by EPANET, and no recording of a real one."""
