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
    const WHY_NOT = {
        clear: '照合に一致があるか、判断の済んだ申込です。事由を開いて、1つずつ判断してください。',
        accept: '5つの事由が「該当しない」と判断されてから、承諾できます。',
    };
    let column = 1;
    let opened = null;
    let asked = 0;
    let queue = Promise.resolve();
    let waiting = 0;

    const keysAreOn = () => localStorage.getItem('desk.slash') !== 'off';
    const rows = () => [...table.querySelectorAll('tbody.sg-row')];
    const rowOf = (element) => element && element.closest('tbody.sg-row');
    const current = () => rowOf(document.activeElement) || table.querySelector('tbody.sg-row.at');
    const stops = (row) => [...row.querySelectorAll('[data-col]')];
    const stopAt = (row, wanted) => {
        const found = stops(row);
        return found.find((one) => Number(one.dataset.col) === wanted) || found[found.length - 1];
    };

    /* One stop of the list is in the tab order; the arrows reach the others. */
    function mark(row) {
        table.querySelectorAll('tbody.sg-row.at').forEach((one) => one.classList.remove('at'));
        row.classList.add('at');
        rove();
    }

    function rove() {
        const here = table.querySelector('tbody.sg-row.at') || rows()[0];
        table.querySelectorAll('[data-col]').forEach((one) => { one.tabIndex = -1; });
        if (here) {
            stopAt(here, column).tabIndex = 0;
        }
    }

    function go(row) {
        const stop = stopAt(row, column);
        mark(row);
        stop.focus({preventScroll: true});
        row.scrollIntoView({block: 'nearest'});
    }

    async function step(by) {
        const all = rows();
        const here = current();
        if (!here) {
            go(all[0]);
            return;
        }
        const next = all[all.indexOf(here) + by];
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
            table.append(...page.querySelectorAll('tbody.sg-row'));
            document.getElementById('grid-more').replaceWith(page.getElementById('grid-more'));
            says.textContent = '';
            if (here && here.nextElementSibling) {
                go(here.nextElementSibling);
            }
        } catch {
            link.setAttribute('data-next', '');
            says.textContent = LOST;
        }
    }

    const parsed = (html) => new DOMParser().parseFromString(html, 'text/html');

    function tell(row, text, tone) {
        const line = row.querySelector('.sg-says');
        line.hidden = false;
        line.querySelector('.sg-told').className = `sg-told ${tone}`;
        line.querySelector('.sg-text').textContent = text;
        says.textContent = `${row.dataset.number}　${text}`;
    }

    /* Acts leave one after the other, in the order in which they were pressed. */
    function act(row, kind) {
        if (row.dataset.sent) {
            return;
        }
        if (row.dataset.can !== kind) {
            tell(row, WHY_NOT[kind], 'error');
            return;
        }
        const data = new FormData(form);
        data.append('act', kind);
        data.append('seen', row.dataset.seen);
        send(row, data);
        if (kind === 'clear' || kind === 'accept') {
            step(1);
        }
    }

    function send(row, data) {
        row.dataset.sent = 'yes';
        row.classList.add('busy');
        waiting += 1;
        const done = queue.then(() => post(row, data));
        queue = done.catch(() => null).then(() => { waiting -= 1; });
        return done;
    }

    async function post(row, data) {
        let answer = null;
        try {
            answer = await fetch(row.dataset.url, {method: 'POST', body: data, headers: FETCH, credentials: 'same-origin'});
            const fresh = parsed(await answer.text()).querySelector('tbody.sg-row');
            if (fresh) {
                return {ok: answer.ok, text: put(row, fresh)};
            }
        } catch { /* told below */ }
        delete row.dataset.sent;
        row.classList.remove('busy');
        tell(row, answer && answer.status === 403 ? '画面が古くなっています。記録されていません。もう一度読み込んでください。' : LOST, 'error');
        return {ok: false, text: LOST};
    }

    function put(row, fresh) {
        const focused = row.contains(document.activeElement) ? Number(document.activeElement.dataset.col) : null;
        const marked = row.classList.contains('at');
        row.replaceWith(fresh);
        if (marked) {
            fresh.classList.add('at');
        }
        if (opened && opened.pk === fresh.id) {
            fresh.classList.add('open');
        }
        rove();
        if (focused !== null && !Number.isNaN(focused)) {
            stopAt(fresh, focused).focus({preventScroll: true});
        }
        const text = fresh.querySelector('.sg-text').textContent;
        says.textContent = text;
        return text;
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
        if (window.matchMedia('(max-width: 1180px)').matches) {
            place.scrollIntoView({block: 'start'});
            place.querySelector('h2').focus({preventScroll: true});
        } else {
            row.scrollIntoView({block: 'nearest'});
        }
        says.textContent = `${row.dataset.number}　${place.querySelector('h2').textContent} を開きました。`;
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
        const told = await send(row, new FormData(sheet));
        if (told.ok) {
            close();
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
        const inside = table.contains(event.target);
        const nowhere = event.target === document.body || event.target.matches('main, #content-start, .messagelist');
        if (!(inside || nowhere) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !keysAreOn()) {
            return;
        }
        const does = KEYS[event.key];
        if (!does || (nowhere && event.key.startsWith('Arrow'))) {
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
        ArrowRight: sideways(1), ArrowLeft: sideways(-1), c: pressed('clear'), a: pressed('accept'),
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
            const stop = event.target.closest('[data-col]');
            if (stop) {
                column = Number(stop.dataset.col);
                mark(rowOf(stop));
            }
        });
        document.addEventListener('keydown', byKey);
        document.addEventListener('click', byMouse);
        document.addEventListener('submit', judge);
        document.querySelectorAll('[data-keys] button').forEach((one) => one.addEventListener('click', () => setTimeout(showHelp, 0)));
        window.addEventListener('beforeunload', (event) => {
            if (waiting) {
                event.preventDefault();
            }
        });
        rove();
        showHelp();
    }
}
