"""Benchmarks of deliveries: real store, real HTTP, bench_sink at the other end.

deliver          rate, against wrk on the same sink
"""
import shutil

from tools import ROUNDS, Sink, figure, program, sample_data, spread, wrk


def deliver(folder):
    data = sample_data(folder)
    with Sink() as sink:
        for fanout, events in ((1, 60_000), (5, 20_000)):
            ratios, rates, cpu = [], [], []
            for round_ in range(ROUNDS):
                ceiling = wrk(sink.port, folder)
                out = delivered(folder, f"deliver-{fanout}-{round_}", body=data, fanout=fanout,
                                events=events, url=f"http://127.0.0.1:{sink.port}")
                rates.append(figure("rate", out))
                cpu.append(figure("cpu_us", out))
                ratios.append(rates[-1] / ceiling)
                print(f"fan-out {fanout}  wrk {ceiling:9,.0f}/s  {out.strip()}  "
                      f"ratio {ratios[-1]:.2f}", flush=True)
            print(f"fan-out {fanout}  deliveries/s {spread(rates)}")
            print(f"fan-out {fanout}  CPU µs each  {spread(cpu, 1)}")
            print(f"fan-out {fanout}  of wrk       {spread(ratios, 2)}")


def delivered(folder, name, **arguments):
    """What bench_deliver says of a store of its own, which is gone afterwards."""
    store = folder / name
    store.mkdir()
    try:
        return program("deliver", folder=store, **arguments)
    finally:
        shutil.rmtree(store)


PARTS = {"deliver": deliver}
