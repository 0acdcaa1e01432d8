"""patchtool: a Kconfig-aware patch-series analyser and backport planner for the Linux kernel."""


def installed_version() -> str:
    """The version of the installed package; `0+unknown` in a checkout that was never installed."""
    # A twentieth of a second, which only those who ask should pay.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("patchtool")
    except PackageNotFoundError:
        return "0+unknown"
