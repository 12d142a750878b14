"""The logger. No payload, e-mail address or transcript is ever logged: counts, ids and names of errors alone."""

from aws_lambda_powertools.logging import Logger

logger = Logger()
