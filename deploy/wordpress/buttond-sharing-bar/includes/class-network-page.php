<?php
/**
 * The page under the network's settings.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

defined( 'ABSPATH' ) || exit;

/**
 * Here a provider chooses the server for all blogs, and takes the list of their hosts to it.
 */
final class Network_Page {

	const SLUG       = 'buttond-sharing-bar-network';
	const NONCE      = 'buttond_sharing_bar_network';
	const CAPABILITY = 'manage_network_options';

	/**
	 * What was typed and not saved: typed, found, insist; empty where the form shows what is stored.
	 *
	 * @var array
	 */
	private static $refused = array();

	/**
	 * Hooks the page in.
	 */
	public static function hooks() {
		add_action( 'network_admin_menu', array( __CLASS__, 'add' ) );
	}

	/**
	 * Adds the page, if the plugin is active on all blogs.
	 */
	public static function add() {
		if ( ! Network::is_active() ) {
			return;
		}
		$page = add_submenu_page(
			'settings.php',
			__( 'Sharing Bar of the Network', 'buttond-sharing-bar' ),
			__( 'Sharing Bar', 'buttond-sharing-bar' ),
			self::CAPABILITY,
			self::SLUG,
			array( __CLASS__, 'show' )
		);
		add_action( "load-$page", array( __CLASS__, 'load' ) );
	}

	/**
	 * The page's address.
	 *
	 * @return string
	 */
	public static function url() {
		return network_admin_url( 'settings.php?page=' . self::SLUG );
	}

	/**
	 * Before anything of the page is shown: takes what was sent, or sends the list.
	 */
	public static function load() {
		if ( ! current_user_can( self::CAPABILITY ) ) {
			wp_die( esc_html__( 'You may not change these settings.', 'buttond-sharing-bar' ), 403 );
		}
		if ( isset( $_GET['download'] ) ) {
			check_admin_referer( self::NONCE );
			self::download();
		}
		if ( isset( $_SERVER['REQUEST_METHOD'] ) && 'POST' === $_SERVER['REQUEST_METHOD'] ) {
			check_admin_referer( self::NONCE );
			$typed = isset( $_POST['server'] ) && is_string( $_POST['server'] ) ? wp_strip_all_tags( wp_unslash( $_POST['server'] ) ) : '';
			self::receive( $typed, isset( $_POST['check'] ), ! empty( $_POST['insist'] ) );
		}
		// phpcs:ignore WordPress.Security.NonceVerification.Recommended -- It only chooses a notice.
		if ( isset( $_GET['updated'] ) ) {
			add_settings_error( self::SLUG, 'saved', esc_html__( 'Settings saved.', 'buttond-sharing-bar' ), 'success' );
		}
		Settings_Help::add( get_current_screen() );
		add_action( 'admin_enqueue_scripts', array( __CLASS__, 'enqueue' ) );
	}

	/**
	 * The style of the settings page.
	 */
	public static function enqueue() {
		wp_enqueue_style( 'buttond-sharing-bar-admin', plugins_url( 'assets/admin.css', BUTTOND_SHARING_BAR_FILE ), array(), BUTTOND_SHARING_BAR_VERSION );
	}

	/**
	 * The page itself.
	 */
	public static function show() {
		$is_fixed = defined( 'BUTTOND_SHARING_BAR_SERVER' );
		$field    = array(
			'name'     => 'server',
			'insist'   => 'insist',
			'typed'    => self::$refused ? self::$refused['typed'] : Network::settings()['server'],
			'status'   => self::status(),
			'insisted' => ! empty( self::$refused['insist'] ),
			'is_fixed' => $is_fixed,
			'help'     => __( 'The buttond of all blogs of this network; they show the bar below their posts at once, and choose its look themselves. Empty: each blog chooses its own server.', 'buttond-sharing-bar' ),
		);
		if ( $is_fixed ) {
			$field['typed'] = (string) BUTTOND_SHARING_BAR_SERVER;
			$field['help']  = __( 'BUTTOND_SHARING_BAR_SERVER in wp-config.php chooses the server of all blogs.', 'buttond-sharing-bar' );
		}
		?>
		<div class="wrap buttond-sharing-bar">
			<h1><?php esc_html_e( 'Sharing Bar of the Network', 'buttond-sharing-bar' ); ?></h1>
			<?php settings_errors( self::SLUG ); ?>
			<form method="post" action="<?php echo esc_url( self::url() ); ?>">
				<?php wp_nonce_field( self::NONCE ); ?>
				<button type="submit" hidden></button><?php // The return key saves; it takes a form's first button. ?>
				<h2 class="title"><?php esc_html_e( 'Server', 'buttond-sharing-bar' ); ?></h2>
				<table class="form-table" role="presentation">
					<?php Settings_Fields::server( $field ); ?>
				</table>
				<?php
				if ( ! $is_fixed ) {
					submit_button();
				}
				?>
			</form>
			<?php self::show_hosts(); ?>
		</div>
		<?php
	}

	/**
	 * The hosts of the first blogs, and the way to all of them.
	 */
	private static function show_hosts() {
		$hosts   = Network::hosts( Network::PORTION );
		$address = wp_nonce_url( add_query_arg( 'download', 'hosts', self::url() ), self::NONCE );
		?>
		<h2 class="title" id="buttond-hosts-title"><?php esc_html_e( 'Hosts of the blogs', 'buttond-sharing-bar' ); ?></h2>
		<p><?php esc_html_e( 'Started with this list, the server counts links of these hosts only. When blogs or domains were added, write the list anew and send the server a SIGHUP.', 'buttond-sharing-bar' ); ?></p>
		<p><a class="button" href="<?php echo esc_url( $address ); ?>"><?php esc_html_e( 'Download the list for --site-file', 'buttond-sharing-bar' ); ?></a></p>
		<pre class="buttond-hosts" tabindex="0" role="region" aria-labelledby="buttond-hosts-title" dir="ltr"><?php echo esc_html( implode( "\n", $hosts ) ); ?></pre>
		<?php
		$blogs = (int) get_sites(
			array(
				'count'      => true,
				'network_id' => get_current_network_id(),
			)
		);
		if ( $blogs > Network::PORTION ) {
			/* translators: %s: a number of blogs. */
			echo '<p class="description">' . esc_html( sprintf( __( 'These are the hosts of the first %s blogs; the file has all.', 'buttond-sharing-bar' ), number_format_i18n( Network::PORTION ) ) ) . '</p>';
		}
	}

	/**
	 * Sends the list of hosts as a file.
	 */
	private static function download() {
		nocache_headers();
		header( 'Content-Type: text/plain; charset=utf-8' );
		header( 'Content-Disposition: attachment; filename="buttond-sites.txt"' );
		// phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- A plain text of host names.
		echo implode( "\n", Network::hosts() ) . "\n";
		exit;
	}

	/**
	 * Checks and saves what was typed; leaves the page, unless something is wrong with it.
	 *
	 * @param string $typed      The address.
	 * @param bool   $only_check Whether nothing is to be saved.
	 * @param bool   $insist     Whether it is to be saved although its check goes wrong.
	 */
	private static function receive( $typed, $only_check, $insist ) {
		if ( defined( 'BUTTOND_SHARING_BAR_SERVER' ) ) {
			$typed      = (string) BUTTOND_SHARING_BAR_SERVER;
			$only_check = true;
		}
		$is_empty = '' === trim( $typed ) && ! $only_check;
		$origin   = $is_empty ? '' : Server::parse_address( $typed );
		$found    = $is_empty || is_wp_error( $origin ) ? $origin : Server::check( $origin );

		self::$refused = array(
			'typed'  => $typed,
			'found'  => $found,
			'insist' => is_wp_error( $found ) && ! is_wp_error( $origin ) && ! $only_check,
		);
		if ( $only_check ) {
			return;
		}
		$old = Network::settings();
		if ( is_wp_error( $origin ) || ( is_wp_error( $found ) && ! $insist && $old['server'] !== $origin ) ) {
			add_settings_error( self::SLUG, 'refused', esc_html__( 'Nothing was saved: see what is wrong with the address of the server.', 'buttond-sharing-bar' ) );
			return;
		}
		if ( ! is_array( $found ) ) {
			$found = $old['server'] === $origin ? $old : array(); // What was known of it is not forgotten when it is down.
		}
		$saved = Network::save( $origin, $found );
		if ( is_wp_error( $saved ) ) {
			self::$refused = array();
			add_settings_error( self::SLUG, $saved->get_error_code(), esc_html( $saved->get_error_message() ) );
			return;
		}
		wp_safe_redirect( add_query_arg( 'updated', 'true', self::url() ) );
		exit;
	}

	/**
	 * A mark and a sentence about the address, as Settings_Fields::server() wants them.
	 *
	 * @return string[]
	 */
	private static function status() {
		if ( ! self::$refused ) {
			return array( '', '' );
		}
		$found = self::$refused['found'];
		if ( is_wp_error( $found ) ) {
			return array( 'bad', $found->get_error_message() );
		}
		/* translators: %s: a version number. */
		return array( 'good', sprintf( __( 'This is a buttond, version %s.', 'buttond-sharing-bar' ), $found['version'] ) );
	}
}
