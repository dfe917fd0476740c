"""One notebook in a fresh kernel, top to bottom; a fault is told by notebook, cell and line."""

import logging
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError
from traitlets import Any as Anything
from traitlets import Unicode

from rareaccess.core.errors import UserError
from rareaccess.pipeline.run.notebook import read_parameters
from rareaccess.pipeline.run.warm import WarmServer, build_environment

__all__ = ["check_parameters", "execute_notebook"]

KERNEL = "python3"
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_PLACE = re.compile(r"\S*ipykernel_\d+\S*: ")


class OwnKernel(AsyncKernelManager):
    """A kernel of the interpreter that runs the pipeline, whatever kernels are registered."""

    project = Unicode(help="The project's folder: where the kernel starts.")
    build = Unicode(help="The folder of marts and results.")
    scratch = Unicode(help="A folder of this kernel's own, gone when it ends.")
    server = Anything(help="The warm server that forks the kernel, if there is one.")

    @property
    def kernel_spec(self) -> KernelSpec:
        """Return the one spec there is: this interpreter's ipykernel."""
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        argv.append("--log-level=40")
        return KernelSpec(argv=argv, display_name="Python 3", language="python")

    async def _async_pre_start_kernel(self, **options: Any) -> tuple[list[str], dict[str, Any]]:
        options["cwd"] = self.project
        options["env"] = {
            **os.environ,
            **build_environment(self.project, self.build),
            "IPYTHONDIR": self.scratch,
        }
        options["stdout"] = options["stderr"] = subprocess.DEVNULL
        return await super()._async_pre_start_kernel(**options)

    async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
        kernel = self.server and self.server.fork(kernel_cmd, options["cwd"], options["env"])
        if not kernel:
            return await super()._async_launch_kernel(kernel_cmd, **options)
        provisioner: Any = self.provisioner
        provisioner.process, provisioner.cwd = kernel, options["cwd"]
        provisioner.pid = provisioner.pgid = kernel.pid


def _first_line(source: str) -> str:
    lines = [line.strip() for line in source.splitlines()]
    code = [line for line in lines if line and not line.startswith("#")]
    return (code or lines or [""])[0]


def check_parameters(
    notebook: nbformat.NotebookNode, parameters: Mapping[str, Any], *, where: str
) -> None:
    """Stop unless the notebook's parameters cell holds exactly the names that will be set.

    Papermill only warns of an unknown parameter, and a missing one keeps its default in silence.

    Raises
    ------
    UserError
        A name is missing or unknown, or the notebook asks for another kernel.

    Examples
    --------
    >>> cell = nbformat.v4.new_code_cell('pair = "a"', metadata={"tags": ["parameters"]})
    >>> book = nbformat.v4.new_notebook(cells=[cell])
    >>> check_parameters(book, {"pair": "b"}, where="notebooks/02-uptake.ipynb")
    """
    found, expected = set(read_parameters(notebook, where=where)), set(parameters)
    if found != expected:
        raise UserError(
            "The notebook does not have the parameters that the runner sets.",
            where=f"{where}, cell tagged `parameters`",
            found=", ".join(sorted(found)) or "none",
            expected=", ".join(sorted(expected)),
            mend="Write one line for each expected name, and no others.",
        )
    kernel = notebook.metadata.get("kernelspec", {}).get("name", KERNEL)
    if kernel != KERNEL:
        raise UserError(
            "The notebook needs a different kernel.", where=where, found=kernel, expected=KERNEL
        )


def _stop(where: str, number: int, source: str, name: str, message: str) -> UserError:
    message = _PLACE.sub("", _COLOUR.sub("", message)).strip()
    return UserError(
        "A notebook cell failed. The last good copy of the notebook is unchanged.",
        where=f"{where}, cell {number}: {_first_line(source)}",
        found=f"{name}: {message}",
        mend="Open the notebook and run it up to that cell, or add --debug to see the traceback.",
    )


def execute_notebook(
    notebook: nbformat.NotebookNode,
    parameters: Mapping[str, Any],
    *,
    where: str,
    project: Path,
    build: Path,
    server: WarmServer | None = None,
) -> nbformat.NotebookNode:
    """Return the notebook as executed by papermill, with the parameters injected.

    Its kernel is forked from the warm server where there is one, and else started from nothing.

    Raises
    ------
    UserError
        A cell raised an error, or wrote to the error stream: a warning in a report is a fault.
    """
    check_parameters(notebook, parameters, where=where)
    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        with tempfile.TemporaryDirectory(prefix="ra-", ignore_cleanup_errors=True) as scratch:
            executed = papermill.execute_notebook(
                nbformat.from_dict(notebook),
                None,
                parameters=dict(parameters),
                kernel_name=KERNEL,
                language="python",
                progress_bar=False,
                request_save_on_cell_execute=False,
                # A forked kernel must not do what the server's libraries put off to their end.
                shutdown_kernel="immediate" if server else "graceful",
                kernel_manager_class=_kernel_of(project, build, scratch, server),
            )
    except PapermillExecutionError as error:
        number = _own_number(notebook, error.cell_index)
        raise _stop(where, number, error.source, error.ename, error.evalue) from error
    except DeadKernelError as error:
        raise UserError(
            "The kernel of a notebook died. The last good copy of the notebook is unchanged.",
            where=where,
            found=str(error),
            mend="There may be too little memory: set `parallel: 1` in params/report.yml.",
        ) from error
    for index, cell in enumerate(executed.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                number = _own_number(notebook, index)
                first = output.text.strip().splitlines()[0]
                raise _stop(where, number, cell.source, "on the error stream", first)
    return executed


def _own_number(notebook: nbformat.NotebookNode, index: int) -> int:
    """Return the cell's number in the template: the injected cell after `parameters` is not one."""
    tagged = [n for n, c in enumerate(notebook.cells) if "parameters" in c.metadata.get("tags", [])]
    return index + 1 if not tagged or index <= tagged[0] else index


def _kernel_of(
    project: Path, build: Path, scratch: str, server: WarmServer | None
) -> type[OwnKernel]:
    """Return the kernel manager's class for one notebook.

    Sockets are files of the scratch folder, which nobody else can open, where there are such.
    """
    traits: dict[str, Any] = {"project": Unicode(str(project)), "scratch": Unicode(scratch)}
    traits["build"], traits["server"] = Unicode(str(build)), Anything(server)
    traits["connection_file"] = Unicode(str(Path(scratch) / "k.json"))
    if os.name != "nt":
        traits["transport"] = Unicode("ipc")
    return type("OwnKernelHere", (OwnKernel,), traits)
