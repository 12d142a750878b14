"""`voice-analytics operate`: what keeps a deployed stack right, a module each command."""

from cyclopts import App

from voice_analytics.cli.operate.backfill import backfill
from voice_analytics.cli.operate.compact import compact
from voice_analytics.cli.operate.cost import cost
from voice_analytics.cli.operate.doctor import doctor
from voice_analytics.cli.operate.erase import forget, redact
from voice_analytics.cli.operate.replay import replay
from voice_analytics.cli.operate.tail import tail

app = App(name="operate")
for command in (doctor, replay, backfill, compact, cost, forget, redact, tail):
    app.command(command)
