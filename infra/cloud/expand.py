"""Turns the packaged template into plain CloudFormation, as the cloud's own SAM macro would.

Done here, so that what is rehearsed, checked and shown in a change set is to the letter what is deployed.
"""

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from infra.cloud.account import Account
from infra.errors import OperatorError

Json = Any

logging.getLogger("samtranslator.metrics").setLevel(logging.ERROR)  # it warns at its end of figures nobody asked for


def expanded(template: Path, code: Mapping[str, str], region: str) -> dict[str, Json]:
    """The CloudFormation template of `template` (sam.json), its functions' code at `code` ({bucket, key}).

    Raises OperatorError when the translator refuses it.
    """
    document = json.loads(template.read_text(encoding="utf-8"))
    for resource in document["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = {"Bucket": code["bucket"], "Key": code["key"]}
    session = boto3.Session(region_name=region)
    try:
        translated: dict[str, Json] = Translator({}, Parser(), boto_session=session).translate(document, {})
    except InvalidDocumentException as error:
        raise OperatorError(f"The template cannot be translated: {error.message}") from error
    for resource in translated["Resources"].values():
        if resource["Type"] == "AWS::ApiGateway::Deployment":
            # The macro makes a second stage, named Stage, for callers of long ago: it would answer without any log.
            resource["Properties"].pop("StageName", None)
    return translated


def expanded_for(account: Account, template: Path, code: Mapping[str, str]) -> dict[str, Json]:
    """As `expanded`, for an account's region."""
    return expanded(template, code, account.region)
