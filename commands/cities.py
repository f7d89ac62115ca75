"""``new-city``: the folder of a city, made."""

import argparse

from commands.console import put, say, text


def new_city(args: argparse.Namespace) -> int:
    """``new-city``: districts, zone of projection and empty tables of another city."""
    from geo import founding
    from layers import spelling

    made = founding.found(args.adcode, lambda name: "".join(spelling.syllables(name)))
    districts = [d.name for d in made.town.districts if d.adcode]
    if args.json:
        put(
            {
                "adcode": made.town.adcode, "name": made.town.name, "folder": str(made.folder), "epsg": made.epsg,
                "districts": districts, "without_boundary": list(made.missing),
            }
        )  # fmt: skip
        return 0
    say(text("founded", path=str(made.folder), city=made.town.name, n=len(districts), epsg=made.epsg))
    if made.missing:
        say(text("without_boundary", names="、".join(made.missing)))
    return 0
