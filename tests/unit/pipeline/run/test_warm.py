"""Kernels forked from the warm server: the same bytes, nothing shared, nobody left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from rareaccess.core.errors import UserError
from rareaccess.pipeline.run import run_jobs
from rareaccess.pipeline.run.clean import clean_notebook, write_notebook
from rareaccess.pipeline.run.execute import execute_notebook
from rareaccess.pipeline.run.job import Job
from rareaccess.pipeline.run.warm import WarmServer, open_server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only"),
]

IMPORTS = (
    "import numpy as np\nimport matplotlib as mpl",
    "import duckdb, pandas as pd",
    "from rareaccess import study\nfrom rareaccess.disclosure import fmt\n"
    "from rareaccess.display import figures",
    "import no_such_module",
)


def template(*cells: str) -> nbformat.NotebookNode:
    first = nbformat.v4.new_code_cell("pair = 'x'", metadata={"tags": ["parameters"]})
    return nbformat.v4.new_notebook(
        cells=[first, *(nbformat.v4.new_code_cell(cell) for cell in cells)]
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return tmp_path_factory.mktemp("project")


@pytest.fixture(scope="module")
def server(project):
    started = WarmServer(IMPORTS, project=project, build=project / "build")
    try:
        assert started.fault() == ""
        yield started
    finally:
        started.close()


@pytest.fixture
def run(project):
    """Execute cells; return the notebook and the text that its last cell printed."""

    def execute(server, *cells):
        executed = execute_notebook(
            template(*cells),
            {"pair": "a"},
            where="notebooks/01-x.ipynb",
            project=project,
            build=project / "build",
            server=server,
        )
        outputs = executed.cells[-1].outputs
        return executed, outputs[0].text.strip() if outputs else ""

    return execute


def runs(pid: int) -> bool:
    """Tell whether a process is there and not merely waiting to be reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def all_end(pids, seconds: float = 30) -> bool:
    """Wait until none of the processes runs; the limit only keeps a failing test from hanging."""
    limit = time.monotonic() + seconds
    while any(map(runs, pids)) and time.monotonic() < limit:
        time.sleep(0.05)
    return not any(map(runs, pids))


# --- the same as a cold kernel ----------------------------------------------------------------

PAGE = (
    "import numpy as np\nimport pandas as pd\nfrom matplotlib.figure import Figure\n"
    "from IPython.display import Markdown\nfrom rareaccess.disclosure import fmt\n"
    "from rareaccess.display import figures, theme",
    "frame = pd.DataFrame({'a': [3, 1, 2], 'b': list('xyz')})\nframe",
    "figure, axes = theme.build_figure()\naxes.plot([1, 2, 4])\n"
    "theme.write_svg(figure, title='A line')",
    "Markdown(f'{fmt.whole(1234)}')",
    "matrix = np.arange(250_000.0).reshape(500, 500) / 7\nprint(repr((matrix @ matrix.T).sum()))",
    "print(list({'one', 'two', 'three'}), hash('word'))",
    "import os, sys, time\nprint(os.getcwd(), time.tzname, sys.flags, __name__)",
    "hidden = {'JPY_PARENT_PID', 'IPYTHONDIR'}  # of one kernel only\n"
    "print(sorted((k, v) for k, v in os.environ.items() if k not in hidden))",
    "print(sys.path)\nprint([re for re in sys.argv if not re.endswith('k.json')])",
    "import resource, signal\nprint(os.getsid(0) == os.getpid(), signal.getsignal(signal.SIGTERM))",
    "print(repr(sys.stdin.read()))",
    "import io, logging, warnings\nprint(logging.root.handlers, len(warnings.filters))",
)


@pytest.mark.long
def test_outputs_are_the_same_bytes_as_those_of_a_cold_kernel(run, server, project):
    warm, cold = (clean_notebook(run(kind, *PAGE)[0], project) for kind in (server, None))
    assert write_notebook(warm) == write_notebook(cold)
    assert "<svg" in write_notebook(warm)


def test_the_kernel_is_a_child_of_the_server_with_one_folder_of_its_own(run, server):
    cell = "import os; print(os.getpid(), os.getppid(), os.environ['IPYTHONDIR'])"
    first, second = (run(server, cell)[1].split() for _ in range(2))
    assert first[1] == second[1] == str(server.pid)
    assert first[0] != second[0] and first[2] != second[2]
    assert str(os.getpid()) == run(None, cell)[1].split()[1]


# --- nothing of one notebook is seen by another -------------------------------------------------

STATES = {
    "an attribute of a module": (
        "from rareaccess.disclosure import fmt\nfmt.mark = 1",
        "from rareaccess.disclosure import fmt\nprint(hasattr(fmt, 'mark'))",
    ),
    "the environment": (
        "import os\nos.environ['MARK'] = '1'",
        "import os\nprint('MARK' in os.environ)",
    ),
    "the folder": ("import os\nos.chdir('/')", "import os\nprint(os.getcwd() == '/')"),
    "settings of matplotlib": (
        "import matplotlib as mpl\nmpl.rcParams['font.size'] = 31",
        "import matplotlib as mpl\nprint(mpl.rcParams['font.size'] == 31)",
    ),
    "the search path": (
        "import sys\nsys.path.append('/mark')",
        "import sys\nprint('/mark' in sys.path)",
    ),
    "a name": ("mark = 1", "print('mark' in globals())"),
}


@pytest.mark.parametrize("state", STATES)
def test_state_of_one_notebook_is_not_seen_by_the_next(run, server, state):
    sets, shows = STATES[state]
    assert run(server, sets, shows)[1] == "True"
    assert run(server, shows)[1] == "False"


@pytest.mark.long
@pytest.mark.parametrize(
    "draw",
    ["import numpy as np\nprint(np.random.random())", "import random\nprint(random.random())"],
)
def test_each_kernel_has_random_numbers_of_its_own(run, server, draw):
    assert run(server, draw)[1] != run(server, draw)[1]


@pytest.mark.long
def test_a_seed_in_one_notebook_does_not_seed_the_next(run, server):
    draw = "import numpy as np\nprint(np.random.random())"
    seeded = run(server, "import numpy as np\nnp.random.seed(1)", draw)[1]
    assert seeded == run(server, "import numpy as np\nnp.random.seed(1)", draw)[1]
    assert seeded != run(server, draw)[1]


# --- kernels and runners that die ---------------------------------------------------------------


@pytest.mark.parametrize("last", ["os._exit(3)", "os.kill(os.getpid(), signal.SIGKILL)"])
def test_a_kernel_that_dies_is_told_and_the_next_one_runs(run, server, last):
    with pytest.raises(UserError, match="kernel of a notebook died") as stopped:
        run(server, f"import os, signal\n{last}")
    assert "notebooks/01-x.ipynb" in str(stopped.value)
    assert run(server, "print('well')")[1] == "well"


def test_a_failing_cell_is_told_as_ever(run, server):
    with pytest.raises(UserError, match="ZeroDivisionError"):
        run(server, "x = 1\nx / 0")
    with pytest.raises(UserError, match="careful"):
        run(server, "import warnings\nwarnings.warn('careful')")


def test_a_kernel_s_exit_code_is_known(server, project):
    kernel = server.fork(["python", "-m", "x", "-f", "/nonexistent/k.json"], "/nowhere", {})
    assert all_end([kernel.pid]) and kernel.poll() == kernel.wait() == 1
    kernel.send_signal(signal.SIGTERM)  # to nobody


RUNNER = """
import json, os, sys, threading
from pathlib import Path
import nbformat
from rareaccess.pipeline.run.execute import execute_notebook
from rareaccess.pipeline.run.warm import WarmServer

project = Path(sys.argv[1])
server = WarmServer([], project=project, build=project)
assert server.fault() == ""
book = nbformat.v4.new_notebook(cells=[
    nbformat.v4.new_code_cell("pair = 1", metadata={"tags": ["parameters"]}),
    nbformat.v4.new_code_cell(
        "import os, subprocess, time\\n"
        "child = subprocess.Popen(['sleep', '600'])\\n"
        "name = f'{os.getpid()} {child.pid}'\\n"
        "open(f'{os.getpid()}.part', 'w').write(name)\\n"
        "os.rename(f'{os.getpid()}.part', f'{os.getpid()}.pids')\\n"
        "time.sleep(600)"),
])
print(server.pid, flush=True)
for _ in range(2):
    threading.Thread(target=execute_notebook, args=(book, {"pair": 1}),
        kwargs=dict(where="x", project=project, build=project, server=server)).start()
"""


@pytest.mark.long
@pytest.mark.parametrize("killed", ["the runner", "the server"])
def test_nobody_is_left_when_one_of_them_is_killed(tmp_path, killed):
    runner = subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    pids: list[int] = []
    try:
        server = int(runner.stdout.readline())
        pids.append(server)
        while len(found := sorted(tmp_path.glob("*.pids"))) < 2 and runner.poll() is None:
            time.sleep(0.05)
        kernels, others = zip(*(map(int, path.read_text().split()) for path in found), strict=True)
        pids += [*kernels, *others]
        assert all(map(runs, pids))
        os.kill(runner.pid if killed == "the runner" else server, signal.SIGKILL)
        assert all_end([server, *kernels])
        if killed == "the runner":
            assert all_end(others), "what a notebook started ends with it"
    finally:
        runner.kill()
        runner.wait()
        runner.stdout.close()
        for pid in filter(runs, pids):
            os.kill(pid, signal.SIGKILL)


@pytest.mark.long
def test_a_closed_server_ends(project):
    server = WarmServer([], project=project, build=project)
    assert server.fault() == ""
    server.close()
    assert not runs(server.pid)
    assert server.fork(["x"], "/", {}) is None


# --- when there is no server --------------------------------------------------------------------


def broken(monkeypatch, *command: str) -> None:
    monkeypatch.setattr("rareaccess.pipeline.run.warm.COMMAND", (sys.executable, *command))


FAULTS = {
    "it ends at once": (lambda m: broken(m, "-c", "1 / 0"), [], "ended before it was ready"),
    "it is not there": (
        lambda m: m.setattr("rareaccess.pipeline.run.warm.COMMAND", ("/nonexistent/python",)),
        [],
        "No such file",
    ),
    "it takes too long": (
        lambda m: (
            m.setattr("rareaccess.pipeline.run.warm.PATIENCE", 0.2),
            broken(m, "-c", "input(), input()"),
        ),
        [],
        "longer than 0.2 s",
    ),
    "an import warns": (
        lambda m: None,
        ["import warnings; warnings.warn('careful')"],
        "careful",
    ),
    "an import starts a thread": (
        lambda m: None,
        ["import threading, time; threading.Timer(99, print).start()"],
        "1 thread",
    ),
}


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS)
def test_a_server_that_cannot_be_used_is_told_in_one_line(monkeypatch, project, fault):
    make, imports, words = FAULTS[fault]
    make(monkeypatch)
    said: list[str] = []
    with open_server(imports, project=project, build=project, say=said.append) as server:
        assert server is None
    assert len(said) == 1 and words in said[0] and "from scratch" in said[0]
    assert "\n" not in said[0]


def jobs(project: Path, count: int) -> list[Job]:
    """Return notebooks that write down who started them."""
    made = []
    for number in range(count):
        name = f"0{number}-x"
        result = project / "results" / f"{name}.json"
        cell = (
            "import json, os\nfrom pathlib import Path\n"
            f"_ = Path('{result}').write_text(json.dumps({{'parent': os.getppid()}}))"
        )
        made.append(
            Job(
                name=f"x/{name}",
                template=template(cell),
                parameters={"pair": "a"},
                executed=project / "executed" / f"{name}.ipynb",
                results=result,
                where=name,
            )
        )
    (project / "results").mkdir(exist_ok=True)
    return made


@pytest.mark.long
@pytest.mark.parametrize(
    ("count", "warm", "works", "forked"),
    [
        (2, None, True, True),
        (1, None, True, False),
        (1, True, True, True),
        (2, False, True, False),
        (2, None, False, False),
    ],
    ids=["two are", "one is started", "one, told so", "two, told not to", "there is no server"],
)
def test_which_kernels_are_forked(tmp_path, monkeypatch, count, warm, works, forked):
    if not works:
        broken(monkeypatch, "-c", "1 / 0")
    said: list[str] = []
    planned = jobs(tmp_path, count)
    options = {"project": tmp_path, "build": tmp_path, "warm": warm, "say": said.append}
    assert len(run_jobs(planned, **options).executed) == count
    parents = {json.loads(job.results.read_text())["parent"] for job in planned}
    assert len(parents) == 1 and (parents != {os.getpid()}) == forked
    assert sum("from scratch" in line for line in said) == (not works)
    assert run_jobs(planned, **(options | {"warm": not warm})).executed == ()
