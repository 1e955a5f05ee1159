import re, pytest
from tests.house import test_crawl as t
from tests.house.test_crawl import *
def test_all(everybody):
    bad={}
    for name, urls in pages.addresses().items():
        for url in urls[:3]:
            r=everybody.get(url)
            if r.status_code==200 and r["Content-Type"].startswith("text/html"):
                f=set(LATIN.findall(t._read_text(r.content.decode())))-SPOKEN
                if f: bad[url]=sorted(f)
    for u,f in bad.items(): print(u,f)
    assert 0
