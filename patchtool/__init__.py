"""patchtool: a Kconfig-aware patch-series analyser and backport planner for the Linux kernel."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("patchtool")
except PackageNotFoundError:  # run from a checkout that was never installed
    __version__ = "0+unknown"
