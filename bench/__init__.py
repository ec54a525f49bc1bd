"""The benchmarks: ratios against the bare engine, measured in the same run. README.md says how to read them."""
