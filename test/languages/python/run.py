"""Runs program.py on the engine, as a program inside this process: up, a preview that is empty, destroy."""

import os

from pulumi import automation as auto

from program import program

settings = auto.LocalWorkspaceOptions(work_dir=os.environ["WORK_DIR"])
stack = auto.create_or_select_stack("languages", project_name="test", program=program, opts=settings)
for key in ("url", "username", "password"):
    stack.set_config(f"dli:{key}", auto.ConfigValue(os.environ[f"TEST_{key.upper()}"], secret=key == "password"))
stack.set_config("test:password", auto.ConfigValue("passw0rd", secret=True))
up = stack.up(on_output=print)
print({name: output.value for name, output in up.outputs.items()})
assert up.outputs["powered"].value is True, up.outputs["powered"].value
stack.preview(expect_no_changes=True, on_output=print)
assert "passw0rd" not in str(stack.export_stack().deployment)
stack.destroy(on_output=print)
