import './style/base.css';
import './style/shell.css';
import './style/parts.css';
import './style/views.css';
import { render } from 'preact';
import { App } from './app';
import { start } from './router';

start();
render(<App />, document.getElementById('app')!);
