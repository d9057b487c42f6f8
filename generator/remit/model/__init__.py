"""What is true: values, records, and the register that holds them."""
