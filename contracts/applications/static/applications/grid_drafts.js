'use strict';
/* 審査一覧: a judgement half written is kept in the memory of the page, by application and ground, until it is recorded.
   `grid:opened` comes from the place in which a cell was opened, `grid:judged` names the form that was recorded. */
{
    const drafts = new Map();
    const GIVEN_BACK = '書きかけの判断を戻しました。まだ記録していません。';
    const JUDGED_SINCE = '書いている間に、判断が記録されました。書きかけの内容は戻してあります。まだ記録していません。';

    const sheetOf = (element) => element.closest('#side-form');
    const keyOf = (sheet) => {
        const panel = sheet.closest('[data-pk]');
        return `${panel.dataset.pk}:${panel.dataset.ground}`;
    };
    const chosen = (sheet) => sheet.querySelector('[name=finding]:checked')?.value || '';
    const untouched = (sheet) => sheet.elements.reason.value === sheet.elements.reason.defaultValue
        && [...sheet.querySelectorAll('[name=finding]')].every((one) => one.checked === one.defaultChecked);

    function keep(event) {
        const sheet = sheetOf(event.target);
        if (!sheet) {
            return;
        }
        const key = keyOf(sheet);
        if (untouched(sheet)) {
            drafts.delete(key);
            return;
        }
        const since = drafts.has(key) ? drafts.get(key).since : sheet.elements.seen.value;
        drafts.set(key, {finding: chosen(sheet), reason: sheet.elements.reason.value, since});
    }

    function giveBack(event) {
        const sheet = event.target.querySelector('#side-form');
        const draft = sheet && drafts.get(keyOf(sheet));
        if (!draft) {
            return;
        }
        sheet.querySelectorAll('[name=finding]').forEach((one) => { one.checked = one.value === draft.finding; });
        sheet.elements.reason.value = draft.reason;
        const says = sheet.querySelector('[data-draft]');
        says.textContent = draft.since === sheet.elements.seen.value ? GIVEN_BACK : JUDGED_SINCE;
        says.hidden = false;
    }

    document.addEventListener('input', keep);
    document.addEventListener('grid:opened', giveBack);
    document.addEventListener('grid:judged', (event) => drafts.delete(keyOf(event.detail)));
    window.addEventListener('beforeunload', (event) => {
        if (drafts.size) {
            event.preventDefault();
        }
    });
}
