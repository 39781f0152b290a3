# Opens RATE new connections a second, whatever becomes of the others, and wants a line from each
# within a second. A line on standard input begins a new epoch; the end of it ends the program after
# the first 200 connections of the last epoch. It then prints for each epoch how many connections
# began in it and how they ended.
import asyncio
import json
import sys
import time

host, port, rate = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
epochs = [{"started": 0, "answered": 0, "failed": {}}]


async def connect(epoch):
    epoch["started"] += 1
    writer = None
    try:
        async with asyncio.timeout(1):
            reader, writer = await asyncio.open_connection(host, port)
            if not await reader.readline():
                raise ConnectionError("end without a word")
        epoch["answered"] += 1
    except (OSError, asyncio.TimeoutError) as e:
        reason = type(e).__name__ + " " + str(e)
        epoch["failed"][reason] = epoch["failed"].get(reason, 0) + 1
    finally:
        if writer:
            writer.close()


async def main():
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()

    def on_input():
        if sys.stdin.buffer.raw.read(1024):
            epochs.append({"started": 0, "answered": 0, "failed": {}})
            print("epoch", len(epochs), flush=True)
        else:
            loop.remove_reader(0)
            ended.set()

    loop.add_reader(0, on_input)
    print("connecting", flush=True)
    running = set()
    due = time.monotonic()
    while not ended.is_set() or epochs[-1]["started"] < 200:
        task = asyncio.create_task(connect(epochs[-1]))
        running.add(task)
        task.add_done_callback(running.discard)
        due = max(due + 1 / rate, time.monotonic() - 0.1)
        await asyncio.sleep(max(0, due - time.monotonic()))
    await asyncio.gather(*running)
    for epoch in epochs:
        print(json.dumps({"event": "epoch", **epoch}), flush=True)


asyncio.run(main())
