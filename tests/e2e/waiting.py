"""The one place that waits: asks again until a condition holds or a deadline has passed."""
import time

PAUSE_SECONDS = 0.01


def until(condition, seconds, what):
    """Returns the first true value of condition(); `what` is text or gives text for the failure."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what() if callable(what) else what}")
        time.sleep(PAUSE_SECONDS)
