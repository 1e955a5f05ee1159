'use strict';
/* The small forms under the buttons of a case: keys that unfold them, files dropped anywhere on the page. */
{
    const keysAreOn = () => localStorage.getItem('desk.slash') !== 'off';

    function unfold(box) {
        box.open = true;
        const field = box.querySelector('textarea, input:not([type=hidden])');
        field.focus();
        box.scrollIntoView({block: 'nearest'});
    }

    /* "t" opens the call note; not while somebody writes, and not when the reader switched keys off. */
    function byKey(event) {
        const open = document.querySelector('details.quick[open]');
        if (event.key === 'Escape' && open) {
            open.open = false;
            open.querySelector('summary').focus();
            return;
        }
        const writes = event.target.closest('input, textarea, select, [contenteditable]');
        if (writes || event.ctrlKey || event.metaKey || event.altKey || !keysAreOn()) {
            return;
        }
        const box = [...document.querySelectorAll('details.quick[data-key]')].find((one) => one.dataset.key === event.key);
        if (box) {
            event.preventDefault();
            unfold(box);
        }
    }

    function showNames(input, list) {
        list.replaceChildren(...[...input.files].map((file) => {
            const line = document.createElement('li');
            line.textContent = file.name;
            return line;
        }));
    }

    /* Dropped files go into the form's own field, beside those that are there; one press then files them. */
    function take(input, files) {
        const all = new DataTransfer();
        [...input.files, ...files].forEach((file) => all.items.add(file));
        input.files = all.files;
        input.dispatchEvent(new Event('change', {bubbles: true}));
    }

    function dropZone() {
        const box = document.querySelector('details.quick[data-drop]');
        if (!box) {
            return;
        }
        const input = box.querySelector('input[type=file]');
        const list = document.createElement('ul');
        list.className = 'quick-names';
        input.after(list);
        input.addEventListener('change', () => showNames(input, list));
        const hint = document.createElement('p');
        hint.className = 'drop-hint';
        hint.hidden = true;
        hint.textContent = 'ここに落とすと、受信したものとして添付します';
        document.body.append(hint);
        const hasFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes('Files');
        document.addEventListener('dragover', (event) => {
            if (hasFiles(event)) {
                event.preventDefault();
                hint.hidden = false;
            }
        });
        document.addEventListener('dragleave', (event) => {
            if (event.relatedTarget === null) {
                hint.hidden = true;
            }
        });
        document.addEventListener('drop', (event) => {
            if (hasFiles(event)) {
                event.preventDefault();
                hint.hidden = true;
                take(input, event.dataTransfer.files);
                box.open = true;
                box.querySelector('button.primary').focus();
            }
        });
    }

    /* The switch of the keys stands below the sidebar; it is shown where it can work. */
    function keySwitches() {
        const boxes = [...document.querySelectorAll('[data-keys]')];
        const show = () => boxes.forEach((box) => {
            box.hidden = false;
            box.querySelector('button').setAttribute('aria-pressed', String(keysAreOn()));
        });
        boxes.forEach((box) => box.querySelector('button').addEventListener('click', () => {
            localStorage.setItem('desk.slash', keysAreOn() ? 'off' : 'on');
            show();
        }));
        show();
    }

    document.addEventListener('keydown', byKey);
    keySwitches();
    dropZone();
}
