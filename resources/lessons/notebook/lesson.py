"""The same children, started from the cells of a real Jupyter kernel: what is shown, what is lost, what helps?"""

import queue
import sys
import tempfile

CELL = "all"  #@param ["all","print","flush","queue","pool","executor","module","module-queue","module-executor","fork"]
WAIT_SECONDS = 1.0  #@param {type:"slider", min:0.5, max:10, step:0.5}
CAPTURE = True  #@param {type:"boolean"}
METHOD = "spawn"  #@param ["fork", "spawn", "forkserver"]

FUNCTIONS = """
def hello(flush=False): print("hello from the child", flush=flush)
def send(box): box.put("a value from the child")
def square(number): return number * number
"""
FIRST_CELL = f"""
import multiprocessing as mp, concurrent.futures as cf, tasks
mp.set_start_method("{METHOD}" if "{METHOD}" in mp.get_all_start_methods() else None, force=True); box = mp.Queue()
def run(child): child.start(); child.join(); print("exit code of the child:", child.exitcode)
def ask(child): child.start(); print("got", box.get(timeout={WAIT_SECONDS})); child.join()
"""
CELLS = {"print": "run(mp.Process(target=hello, name='print'))",
         "flush": "run(mp.Process(target=hello, name='flush', kwargs={'flush': True}))",
         "queue": "ask(mp.Process(target=send, name='queue', args=(box,)))",
         "pool": f"with mp.Pool(1) as p: print('got', p.map_async(square, [1, 2, 3]).get({WAIT_SECONDS}))",
         "executor": "with cf.ProcessPoolExecutor(1) as p: print('got', list(p.map(square, [1, 2, 3])))",
         "module": "run(mp.Process(target=tasks.hello, name='module'))",
         "module-queue": "ask(mp.Process(target=tasks.send, name='module-queue', args=(box,)))",
         "module-executor": "with cf.ProcessPoolExecutor(1) as p: print('got', list(p.map(tasks.square, [1, 2, 3])))",
         "fork": "run(mp.get_context('fork').Process(target=hello, name='fork'))"}


def shown_by(client, cell):
    """Run a cell as a notebook does; returns the text that appears below it."""
    client.execute(cell)
    text, patience = "", 30
    while True:
        try:
            content = client.get_iopub_msg(timeout=patience)["content"]
        except queue.Empty:
            return text
        text += content.get("text") or (f"{content['ename']}: {content['evalue']}\n" if "ename" in content else "")
        patience = 0.3 if content.get("execution_state") == "idle" else patience  # a child's text may come late


if __name__ == "__main__":
    try:
        import ipykernel, jupyter_client.manager as jupyter  # noqa: E401, F401, I001 - the kernel is started
    except ImportError:
        sys.exit(f"Jupyter's kernel is missing. Install it: {sys.executable} -m pip install ipykernel jupyter_client\n"
                 "The Python that procviz brings along can install nothing: choose another one under Run > Python.")

    with tempfile.TemporaryDirectory() as folder, open(f"{folder}/terminal", "w") as out, open(out.name) as terminal:
        options = [f"--ipython-dir={folder}", "--log-level=ERROR", f"--IPKernelApp.capture_fd_output={CAPTURE}"]
        kernel, client = jupyter.start_new_kernel(cwd=folder, stdout=out, stderr=out, extra_arguments=options)
        for cell in ("%%writefile tasks.py" + FUNCTIONS, FIRST_CELL + FUNCTIONS):
            shown_by(client, cell)
        for name in CELLS if CELL == "all" else [CELL]:
            print(f"{name}: {CELLS[name]}", flush=True)
            for place, text in (("the cell", shown_by(client, CELLS[name])), ("the terminal", terminal.read())):
                for line in filter(None, text.splitlines()):
                    if not line.startswith((" ", "Traceback", "Process ")):  # the long middle of a traceback
                        print(f"    {place} shows: {line}", flush=True)
        shown_by(client, "quit()")
        client.stop_channels()
        kernel.shutdown_kernel()
