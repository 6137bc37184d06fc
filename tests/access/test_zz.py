import pytest

from tests.access import standing


@pytest.mark.django_db
def test_n(divisions, settings, tmp_path):
    settings.DOUDI_DATA_DIR = tmp_path
    import time

    t = time.process_time()
    stage = standing.set_stage()
    import json

    open("/tmp/me/h_found.json", "w").write(json.dumps(standing._found))
    s = standing.everyman.__wrapped__ if 0 else None
    print("CPU", time.process_time() - t)
    from doudi.accounts.models import Staff

    st = Staff.objects.filter(username="everyman").first()
    c = standing.signed_in(st)
    out = {}
    for n in standing.with_arguments():
        if "GET" in standing.DOORS[n].methods:
            a = standing.ask(c, st, "GET", stage.address(n))
            if a.status_code != 200:
                out[n] = a.status_code
    print(out)
    assert 0
