#!/usr/bin/env python3
"""Prints infra/template.yaml as SAM transforms it, without an account: transform.py [Parameter=Value ...]

Needs aws-sam-cli. What SAM makes of a template can be wrong where its source is right, so CI lints both.
"""
import json
import os
import pathlib
import sys

os.environ.setdefault("AWS_DEFAULT_REGION", "ap-southeast-3")

from samcli.lib.translate.sam_template_validator import SamTemplateValidator  # noqa: E402
from samcli.yamlhelper import yaml_parse  # noqa: E402


class NoAccount:
    """In the place of IAM: the names of managed policies come with SAM itself."""

    def load(self):
        return {}


source = yaml_parse((pathlib.Path(__file__).parent / "template.yaml").read_text())
parameters = dict(argument.split("=", 1) for argument in sys.argv[1:])
validator = SamTemplateValidator(
    source, NoAccount(), region=os.environ["AWS_DEFAULT_REGION"], parameter_overrides=parameters
)
print(json.dumps(yaml_parse(validator.get_translated_template_if_valid()), indent=1, default=str))
