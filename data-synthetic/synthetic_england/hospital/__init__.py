"""What hospitals record of a block: stays, appointments and diagnoses, with their faults."""
