'use strict';
/* 審査一覧 by keyboard: rows and cells are walked, a cell opens beside the list, an act is sent while the next row is read.
   Everything here is a link or a button of the page; the server decides each act anew. */
{
    const table = document.getElementById('grid-table');
    const place = document.getElementById('grid-side');
    const says = document.getElementById('grid-says');
    const form = document.getElementById('grid-form');
    const FETCH = {'X-Requested-With': 'fetch'};
    const LOST = '送れませんでした。記録されていません。つながりを確かめて、もう一度操作してください。';
    const OUT_OF_DATE = '画面が古くなっています。記録されていません。もう一度読み込んでください。';
    const NARROW = window.matchMedia('(max-width: 1180px)');
    const MOST_AT_ONCE = 20;
    const WHY_NOT = {
        clear: '照合に一致があるか、判断の済んだ申込です。事由を開いて、1つずつ判断してください。',
        accept: '5つの事由が「該当しない」と判断されてから、承諾できます。',
    };
    let column = 1;
    let at = null;
    let stop = null;
    let opened = null;
    let asked = 0;
    let entered = false;
    let queue = Promise.resolve();
    let sent = [];
    const waiting = [];

    const keysAreOn = () => localStorage.getItem('desk.slash') !== 'off';
    const rows = () => [...table.querySelectorAll('tbody.sg-row')];
    const rowOf = (element) => element && element.closest('tbody.sg-row');
    const current = () => rowOf(document.activeElement) || at;
    const stops = (row) => [...row.querySelectorAll('[data-col]')];
    const stopAt = (row, wanted) => {
        const found = stops(row);
        return found.find((one) => Number(one.dataset.col) === wanted) || found[found.length - 1];
    };

    /* One stop of the list is in the tab order; the arrows reach the others. */
    function mark(row) {
        if (at !== row) {
            if (at) {
                at.classList.remove('at');
            }
            row.classList.add('at');
            at = row;
        }
        tabTo(stopAt(row, column));
    }

    function tabTo(wanted) {
        if (stop) {
            stop.tabIndex = -1;
        }
        wanted.tabIndex = 0;
        stop = wanted;
    }

    const outOfTabs = (row) => stops(row).forEach((one) => { one.tabIndex = -1; });

    function go(row) {
        mark(row);
        stop.focus({preventScroll: true});
        row.scrollIntoView({block: 'nearest'});
    }

    const beside = (row, by) => rows()[rows().indexOf(row) + by];

    /* From outside, the first key enters the list at the row that is marked. */
    async function step(by, from = null) {
        const here = from || (entered ? current() : null);
        const next = here ? beside(here, by) : at || rows()[0];
        if (next) {
            go(next);
        } else if (by > 0) {
            await goOn(here);
        }
    }

    /* The next rows come from the server and are put below; the reader goes on without a new page. */
    async function goOn(here) {
        const link = document.querySelector('#grid-more [data-next]');
        if (!link) {
            says.textContent = '最後の申込です。';
            return;
        }
        says.textContent = '次の申込を読み込んでいます…';
        link.removeAttribute('data-next');
        try {
            const answer = await fetch(link.href, {headers: FETCH, credentials: 'same-origin'});
            const page = parsed(await answer.text());
            page.querySelectorAll('tbody.sg-row').forEach((row) => {
                outOfTabs(row);
                table.append(row);
            });
            document.getElementById('grid-more').replaceWith(page.getElementById('grid-more'));
            says.textContent = '';
            if (here && beside(here, 1)) {
                go(beside(here, 1));
            }
        } catch {
            link.setAttribute('data-next', '');
            says.textContent = LOST;
        }
    }

    const parsed = (html) => new DOMParser().parseFromString(html, 'text/html');

    function tell(row, text, tone) {
        row.classList.add('told');
        const line = row.querySelector('.sg-says');
        line.hidden = false;
        line.querySelector('.sg-told').className = `sg-told ${tone}`;
        line.querySelector('.sg-text').textContent = text;
        says.textContent = `${row.dataset.number}　${text}`;
    }

    /* Acts are told to the server in the order in which they were pressed, several at once where they wait; each is a
       press of its own there, and each row says what became of it. */
    function act(row, kind) {
        if (row.dataset.sent) {
            return;
        }
        if (row.dataset.can !== kind) {
            tell(row, WHY_NOT[kind], 'error');
            return;
        }
        row.dataset.sent = 'yes';
        row.classList.add('busy');
        waiting.push({row, kind});
        queue = queue.then(leave);
        step(1, row);
    }

    async function leave() {
        const kind = waiting.length ? waiting[0].kind : '';
        const end = waiting.findIndex((one) => one.kind !== kind);
        sent = waiting.splice(0, Math.min(end < 0 ? waiting.length : end, MOST_AT_ONCE)).map((one) => one.row);
        if (!sent.length) {
            return;
        }
        const data = new FormData(form);
        data.append('act', kind);
        sent.forEach((row) => data.append('row', `${row.id.slice('row-'.length)}:${row.dataset.seen}`));
        await post(form.action, data, sent);
        sent = [];
    }

    async function post(url, data, asked_for) {
        let answer = null;
        try {
            answer = await fetch(url, {method: 'POST', body: data, headers: FETCH, credentials: 'same-origin'});
            const page = parsed(await answer.text());
            const fresh = asked_for.map((row) => page.getElementById(row.id));
            count(page);
            if (fresh.every(Boolean)) {
                asked_for.forEach((row, n) => put(row, fresh[n]));
                return {ok: answer.ok, text: fresh[0].querySelector('.sg-text').textContent};
            }
        } catch { /* told below */ }
        const text = answer && answer.status === 403 ? OUT_OF_DATE : LOST;
        asked_for.forEach((row) => {
            delete row.dataset.sent;
            row.classList.remove('busy');
            tell(row, text, 'error');
        });
        return {ok: false, text};
    }

    /* How many are left, in the tabs above. */
    function count(page) {
        const fresh = [...page.querySelectorAll('.tab-count')];
        document.querySelectorAll('.tabs .tab-count').forEach((one, n) => fresh[n] && one.replaceWith(fresh[n]));
    }

    function put(row, fresh) {
        const focused = row.contains(document.activeElement) ? Number(document.activeElement.dataset.col) : null;
        outOfTabs(fresh);
        row.replaceWith(fresh);
        if (opened && opened.pk === fresh.id) {
            fresh.classList.add('open');
        }
        if (at === row) {
            stop = null;
            mark(fresh);
        }
        if (focused !== null && !Number.isNaN(focused)) {
            stopAt(fresh, focused).focus({preventScroll: true});
        }
        says.textContent = fresh.querySelector('.sg-text').textContent;
    }

    /* A cell opens beside the list; the focus stays where it was, so that the keys go on. */
    async function open(link) {
        const row = rowOf(link);
        const mine = ++asked;
        mark(row);
        if (opened && opened.href === link.href && !place.hidden) {
            place.querySelector('input, a, button').focus();
            return;
        }
        const answer = await fetch(link.href, {headers: FETCH, credentials: 'same-origin'});
        if (mine !== asked) {
            return;
        }
        if (!answer.ok) {
            tell(row, LOST, 'error');
            return;
        }
        show(row, link, await answer.text());
    }

    function show(row, link, html) {
        table.querySelectorAll('tbody.open').forEach((one) => one.classList.remove('open'));
        row.classList.add('open');
        opened = {href: link.href, pk: row.id, column: Number(link.dataset.col)};
        place.replaceChildren(...parsed(html).body.children);
        place.hidden = false;
        document.getElementById('grid').classList.add('opened');
        place.querySelector('[data-close]').hidden = false;
        settle(row);
        place.dispatchEvent(new Event('grid:opened', {bubbles: true}));
        if (NARROW.matches) {
            place.scrollIntoView({block: 'start'});
            place.querySelector('h2').focus({preventScroll: true});
        } else {
            row.scrollIntoView({block: 'nearest'});
        }
        says.textContent = `${row.dataset.number}　${place.querySelector('h2').textContent} を開きました。`;
    }

    /* Where there is no room beside the list, what was opened stands under its row. */
    function settle(row) {
        const under = document.getElementById('grid-under');
        const home = document.getElementById('grid');
        if (!NARROW.matches || !row) {
            home.append(place);
            under.hidden = true;
            return;
        }
        under.querySelector('td').append(place);
        under.hidden = false;
        row.after(under);
    }

    function close() {
        if (!opened) {
            return;
        }
        const row = document.getElementById(opened.pk);
        column = opened.column;
        opened = null;
        place.hidden = true;
        place.replaceChildren();
        settle(null);
        document.getElementById('grid').classList.remove('opened');
        if (row) {
            row.classList.remove('open');
            go(row);
        }
    }

    async function judge(event) {
        const sheet = event.target.closest('#side-form');
        if (!sheet) {
            return;
        }
        event.preventDefault();
        const row = document.getElementById(opened.pk);
        if (row.dataset.sent) {
            return;
        }
        const problem = document.getElementById('side-problem');
        row.dataset.sent = 'yes';
        const data = new FormData(sheet);
        const done = queue.then(() => post(row.dataset.url, data, [row]));
        queue = done;
        const told = await done;
        if (told.ok) {
            document.dispatchEvent(new CustomEvent('grid:judged', {detail: sheet}));
            if (sheet.isConnected) {
                close();
            }
        } else {
            problem.textContent = told.text;
            problem.hidden = false;
        }
    }

    function byKey(event) {
        if (event.key === 'Escape' && opened) {
            event.preventDefault();
            close();
            return;
        }
        const inside = table.contains(event.target) && !place.contains(event.target);
        const nowhere = event.target === document.body || event.target.matches('main, #content-start, .messagelist');
        if (!(inside || nowhere) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !keysAreOn()) {
            return;
        }
        const does = KEYS[event.key];
        if (!does || (nowhere && !entered && event.key !== 'ArrowDown' && event.key.startsWith('Arrow'))) {
            return;
        }
        event.preventDefault();
        does(event);
    }

    /* An act is a press of its own: a key that is held down acts once. */
    const pressed = (kind) => (event) => {
        const row = current();
        if (row && !event.repeat) {
            act(row, kind);
        }
    };
    const sideways = (by) => () => {
        const row = current();
        if (row) {
            const found = stops(row);
            const here = found.indexOf(stopAt(row, column));
            column = Number(found[Math.min(Math.max(here + by, 0), found.length - 1)].dataset.col);
            go(row);
        }
    };
    const KEYS = {
        ArrowDown: () => step(1), j: () => step(1), ArrowUp: () => step(-1), k: () => step(-1),
        ArrowRight: sideways(1), ArrowLeft: sideways(-1), c: pressed('clear'), a: pressed('accept'), x: () => close(),
    };

    function byMouse(event) {
        const plain = !(event.ctrlKey || event.metaKey || event.shiftKey);
        const button = event.target.closest('[data-act]');
        const link = event.target.closest('a[data-side]');
        const next = event.target.closest('a[data-next]');
        if (button) {
            event.preventDefault();
            mark(rowOf(button));
            act(rowOf(button), button.dataset.act);
        } else if (link && plain) {
            event.preventDefault();
            column = Number(link.dataset.col);
            open(link).catch(() => tell(rowOf(link), LOST, 'error'));
        } else if (next && plain) {
            event.preventDefault();
            goOn(rows().pop());
        } else if (event.target.closest('[data-close]')) {
            close();
        }
    }

    function showHelp() {
        const on = keysAreOn();
        document.querySelectorAll('[data-grid-keys]').forEach((one) => { one.hidden = !on; });
        document.querySelectorAll('[data-grid-off]').forEach((one) => { one.hidden = on; });
    }

    if (table) {
        table.setAttribute('role', 'grid');
        table.addEventListener('focusin', (event) => {
            const reached = event.target.closest('[data-col]');
            entered = true;
            if (reached && reached !== stop) {
                column = Number(reached.dataset.col);
                mark(rowOf(reached));
            }
        });
        document.addEventListener('keydown', byKey);
        document.addEventListener('click', byMouse);
        document.addEventListener('submit', judge);
        document.querySelectorAll('[data-keys] button').forEach((one) => one.addEventListener('click', () => setTimeout(showHelp, 0)));
        window.addEventListener('beforeunload', (event) => {
            if (waiting.length || sent.length) {
                event.preventDefault();
            }
        });
        rows().forEach(outOfTabs);
        const first = rowOf(document.getElementById(window.location.hash.slice(1))) || rows()[0];
        if (first) {
            mark(first);
        }
        NARROW.addEventListener('change', () => opened && settle(document.getElementById(opened.pk)));
        showHelp();
    }
}
