import time
def test_x(committed):
    from django.db import connection, connections
    from tieline.kernel.viewing import viewing_as
    from tieline.kernel.actor import SYSTEM
    from tieline.search.queries import find
    with viewing_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO search_entry (object_kind, object_id, title, detail, words, at) "
            "SELECT 'case', n, 'x', '', to_tsvector('english', 'meter ' || n || ' ' || repeat(md5(n::text)||' ',1) || (n%1000) || 'zz common words here to fill the vector up a little'), now() FROM generate_series(1, 100000) n"
        )
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE search_entry")
    for w in ("4711","meter","meter 4711","common 12zz"):
        with viewing_as(SYSTEM):
            t=time.time(); r=find(w, viewer=SYSTEM); print(w, len(r), time.time()-t)
    assert 0
