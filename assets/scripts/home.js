// The page works as a plain form. With this, the result follows every choice: the server renders it, as it does
// without script, and the new result takes the old one's place.
const form = document.getElementById('choices');
let result = document.getElementById('result');
let timer;
let asked = 0;

form.querySelector('button').hidden = true;

const addressOf = () => {
  const address = new URL('/', location.href);
  for (const [name, value] of new FormData(form)) if (value) address.searchParams.set(name, value);
  return address;
};

const adopt = (fresh) => {
  result.replaceWith(fresh);
  result = fresh;
  enableCopy();
};

const update = async () => {
  const mine = ++asked;
  const address = addressOf();
  try {
    const answer = await fetch(address);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (mine != asked || !answer.ok) return;
    adopt(document.adoptNode(page.getElementById('result')));
    history.replaceState(null, '', address);
  } catch {
    // Offline: the last result stays.
  }
};

const enableCopy = () => {
  const button = result.querySelector('.copy');
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(result.querySelector('code').textContent);
    button.textContent = 'Copied';
    result.querySelector('[role=status]').textContent = 'The snippet is copied.';
    setTimeout(() => (button.textContent = 'Copy'), 2000);
  });
};

form.addEventListener('submit', (event) => {
  event.preventDefault();
  update();
});
form.addEventListener('input', (event) => {
  clearTimeout(timer);
  timer = setTimeout(update, event.target.type == 'radio' ? 0 : 400);
});
enableCopy();
