'use strict';
/* Small comforts. Every page works without this file: the server checks and decides everything again. */
{
    const PREVIEW_DELAY_MS = 400;

    /* "/" goes to the search field; not while somebody writes, and not when the reader switched it off. */
    function focusSearch(event) {
        const writes = event.target.closest('input, textarea, select, [contenteditable]');
        if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || writes) {
            return;
        }
        if (localStorage.getItem('desk.slash') === 'off') {
            return;
        }
        const field = document.querySelector('[data-shortcut="/"]');
        if (field && field.offsetParent) {
            event.preventDefault();
            field.focus();
            field.select();
        }
    }

    /* After a POST the result is what matters: the message list takes the focus. */
    function focusMessages() {
        const list = document.querySelector('[data-focus]');
        if (list) {
            list.focus({preventScroll: true});
        }
    }

    /* A button that may not be pressed yet stays focusable and says why on the page; it goes nowhere. */
    function stopDisabled(event) {
        const button = event.target.closest('[aria-disabled="true"]');
        if (button) {
            event.preventDefault();
            const reason = document.getElementById(button.getAttribute('aria-describedby'));
            if (reason) {
                reason.classList.add('asked');
                reason.scrollIntoView({block: 'nearest'});
            }
        }
    }

    /* One press, one effect: the second submit is dropped here, and refused by the server all the same. */
    function submitOnce(event) {
        const form = event.target;
        if (!form.matches('[data-once]') || (event.submitter && event.submitter.name === 'preview')) {
            return;
        }
        if (form.dataset.sent) {
            event.preventDefault();
            return;
        }
        form.dataset.sent = 'yes';
        const button = event.submitter || form.querySelector('.btn.primary');
        // After the form data were taken, or the button's own value would be lost.
        setTimeout(() => markBusy(button), 0);
    }

    function markBusy(button) {
        if (!button) {
            return;
        }
        button.dataset.label = button.textContent;
        button.textContent = button.dataset.busy || '記録しています…';
        button.classList.add('busy');
        button.classList.remove('primary', 'red');
        button.setAttribute('aria-disabled', 'true');
    }

    /* Back in the browser's history: the page may be pressed again. */
    function wake(event) {
        if (event.persisted) {
            window.location.reload();
        }
    }

    /* The answer comes in parts; each goes where it stands on the page, and what was unfolded stays unfolded. */
    function show(html) {
        const answer = new DOMParser().parseFromString(html, 'text/html');
        answer.querySelectorAll('[data-preview-part]').forEach((part) => {
            const place = document.getElementById(`preview-${part.dataset.previewPart}`);
            if (place) {
                const unfolded = place.querySelector('details[open]') !== null;
                place.replaceChildren(...part.childNodes);
                place.querySelectorAll('details').forEach((box) => { box.open = unfolded; });
            }
        });
        answer.querySelectorAll('[data-fill]').forEach((one) => {
            const field = document.querySelector(`#verb-form [name="${one.dataset.fill}"]`);
            if (field && field.value === '') {
                field.value = one.dataset.value;
            }
        });
    }

    function preview() {
        const place = document.getElementById('preview');
        if (!place || !place.dataset.previewUrl) {
            return;
        }
        const form = document.getElementById(place.dataset.form || 'verb-form');
        let timer = null;
        let asked = 0;
        const refresh = async () => {
            const mine = ++asked;
            const answer = await fetch(place.dataset.previewUrl, {
                method: 'POST', body: new FormData(form), credentials: 'same-origin',
                headers: {'X-Requested-With': 'fetch', 'X-CSRFToken': form.elements.csrfmiddlewaretoken.value},
            });
            if (answer.ok && mine === asked) {
                show(await answer.text());
            }
            place.removeAttribute('aria-busy');
        };
        form.addEventListener('input', () => {
            clearTimeout(timer);
            place.setAttribute('aria-busy', 'true');
            timer = setTimeout(() => refresh().catch(() => place.removeAttribute('aria-busy')), PREVIEW_DELAY_MS);
        });
        const button = form.querySelector('button[name="preview"]');
        if (button) {
            (button.closest('.row') || button).hidden = true;
        }
    }

    /* Filters are folded on a phone; on a wide screen they are always there. */
    function foldFilters() {
        const box = document.querySelector('details.filters');
        if (box && window.matchMedia('(max-width: 767px)').matches) {
            box.open = false;
        }
    }

    /* A link to something folded unfolds it. */
    function unfold(event) {
        const link = event.target.closest('a[href^="#"]');
        const place = link && document.getElementById(link.getAttribute('href').slice(1));
        const box = place && place.closest('details');
        if (box) {
            box.open = true;
        }
    }

    /* "n" and "p" lead to the next and the one before, where the page says so; not while somebody writes. */
    function goByKey(event) {
        const writes = event.target.closest('input, textarea, select, [contenteditable]');
        if (writes || event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem('desk.slash') === 'off') {
            return;
        }
        const link = [...document.querySelectorAll('a[data-go]')].find((one) => one.dataset.go === event.key);
        if (link) {
            event.preventDefault();
            link.click();
        }
    }

    document.addEventListener('keydown', goByKey);
    document.addEventListener('click', unfold);
    document.addEventListener('keydown', focusSearch);
    document.addEventListener('click', stopDisabled);
    document.addEventListener('submit', submitOnce);
    window.addEventListener('pageshow', wake);
    document.addEventListener('click', (event) => {
        if (event.target.closest('[data-print]')) {
            event.preventDefault();
            window.print();
        }
    });
    focusMessages();
    preview();
    foldFilters();
}
