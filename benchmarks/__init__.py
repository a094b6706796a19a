"""Benchmarks: times, memory and calls of our code, compared with a plain handler and with its unavoidable parts."""
