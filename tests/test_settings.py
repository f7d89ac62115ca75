from collections.abc import Callable

import settings


def test_each_city_has_a_store_of_its_own_unless_one_is_named(setting: Callable[..., None]) -> None:
    assert settings.Settings().store_of("370100").endswith("370100.gpkg")
    setting(store="postgresql://host/planmap_{city}")
    assert settings.load().store_of("370200") == "postgresql://host/planmap_370200"
    assert settings.load().store_of() == "postgresql://host/planmap_370100"
    setting(store="one.gpkg")
    assert settings.load().store_of("370100") == settings.load().store_of("370200") == "one.gpkg"


def test_settings_do_not_print_passwords(setting: Callable[..., None]) -> None:
    setting(store="postgresql://planmap:secret@host/planmap", amap_key="secret")
    assert "secret" not in repr(settings.load())
