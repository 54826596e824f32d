"""The bars of the EPCIS repository: capture, questions and trace graphs against limits and peers, in one run."""
