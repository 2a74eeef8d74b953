"""Which store a command works on, and what it may do there."""

from databases import meddle, new_postgresql

from workbench.apps._keeping import begun, plan_to_report


def test_who_may_only_read_gets_the_report_and_is_told_what_it_lacks(postgresql_server):
    url = new_postgresql(postgresql_server)
    store = begun(url)
    name = url.rsplit("/", 1)[1]
    meddle(
        url,
        f"CREATE ROLE reader_{name} LOGIN",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader_{name}",
    )
    host = url.rsplit("@", 1)[1]
    kept, notes = plan_to_report(f"postgresql://reader_{name}@{host}", "base")
    assert kept.plan.revision == 0 and not kept.exact
    assert "can't be made again by its revision" in str(notes[0])
    assert "permission denied" in str(notes[0])
    assert len(store.commands()) == 1
    kept, notes = plan_to_report(url, "base")
    assert kept.plan.revision == 1 and kept.exact and not notes
    assert [one.kind for one in store.commands()] == ["record", "create"]
