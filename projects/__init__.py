"""Plan text to features: reading, finding, describing, merging. Knows no coordinates."""

from pathlib import Path

import edition

edition.check_compiled(Path(__file__).parent)
